/* Queries in their three languages, asked of one job. */
#include <string.h>

#include "tests/unit/check-main.h"

#include "cim/error.h"
#include "cim/query.h"
#include "tests/unit/cim/wire-schema.h"

static CimInstance *
make_setting(void)
{
    CimInstance *setting = cim_instance_new("Test_Setting");

    cim_instance_set_string(setting, "InstanceID", "s");
    cim_instance_set_uint(setting, "MigrationType", CIM_TYPE_UINT16, 32768);
    return setting;
}

static void
take(CimInstance *instance, const char *name, CimType type, const char *text)
{
    CimValue value;

    cim_value_init(&value, type, FALSE);
    ck_assert(cim_value_parse(&value, text, strlen(text), NULL));
    cim_instance_take(instance, name, &value);
}

static CimInstance *
make_job(void)
{
    static const guint16 statuses[] = {2, 15};
    CimInstance *job = cim_instance_new("Test_MigrationJob");
    CimValue value;

    cim_instance_set_string(job, "InstanceID", "job-7");
    cim_instance_set_string(job, "Owner", "Root");
    cim_instance_set_string(job, "Caption", "\xc3\x84rger \xe2\x82\xac 5%");
    cim_instance_set_uint(job, "JobState", CIM_TYPE_UINT16, 4);
    cim_instance_set_uint(job, "Priority", CIM_TYPE_UINT32, 4711);
    cim_instance_set_boolean(job, "Cancellable", TRUE);
    take(job, "StartTime", CIM_TYPE_DATETIME, "20261121020000.123456+060");
    take(job, "ElapsedTime", CIM_TYPE_DATETIME, "00000000000130.000000:000");
    take(job, "Balance", CIM_TYPE_SINT32, "-5");
    take(job, "Rate", CIM_TYPE_REAL64, "2.5");
    cim_value_init(&value, CIM_TYPE_UINT16, TRUE);
    cim_value_set_uint_array(&value, statuses, G_N_ELEMENTS(statuses));
    cim_instance_take(job, "OperationalStatus", &value);
    cim_value_init(&value, CIM_TYPE_INSTANCE, FALSE);
    cim_value_take_instance(&value, make_setting());
    cim_instance_take(job, "NewSystemSettingData", &value);
    cim_value_init(&value, CIM_TYPE_STRING, FALSE);
    cim_instance_take(job, "ErrorDescription", &value);
    return job;
}

static gboolean
matches(CimQueryLanguage language, const char *text)
{
    g_autoptr(CimInstance) job = make_job();
    g_autoptr(GError) error = NULL;
    g_autoptr(CimQuery) query = cim_query_parse(language, text, &error);
    const CimQueryRow row = {.schema = &cim_wire_schema, .instance = job};

    ck_assert_msg(query != NULL, "%s: %s", text, error ? error->message : "");
    return cim_query_matches(query, &row);
}

/* clang-format off */
static const struct { const char *condition; gboolean holds; } conditions[] = {
    { "JobState = 4", TRUE },
    { "jobstate = 4", TRUE },
    { "4 = JobState", TRUE },
    { "JobState = 5", FALSE },
    { "JobState <> 5", TRUE },
    { "JobState != 4", FALSE },
    { "JobState < 5", TRUE },
    { "JobState < 4", FALSE },
    { "JobState <= 4", TRUE },
    { "JobState > 3", TRUE },
    { "JobState > 4", FALSE },
    { "JobState >= 4", TRUE },
    { "JobState = 0x4", TRUE },
    { "JobState = 100B", TRUE },
    { "JobState = '4'", TRUE },
    { "JobState > -1", TRUE },
    { "JobState < 18446744073709551615", TRUE },
    { "Balance < 0", TRUE },
    { "Balance = -5", TRUE },
    { "Balance > -6", TRUE },
    { "Balance < 9223372036854775808", TRUE },
    { "9223372036854775808 > Balance", TRUE },
    { "Balance = 18446744073709551611", FALSE },
    { "Balance < 18446744073709551615", TRUE },
    { "Rate = 2.5", TRUE },
    { "Rate > 2", TRUE },
    { "Rate < 25e-1", FALSE },
    { "Priority > JobState", TRUE },
    { "Owner = 'Root'", TRUE },
    { "Owner = \"Root\"", TRUE },
    { "Owner > 'Rooq'", TRUE },
    { "Owner = 'it\\'s'", FALSE },
    { "Caption = '\xc3\x84rger \xe2\x82\xac 5%'", TRUE },
    { "Cancellable = TRUE", TRUE },
    { "Cancellable = false", FALSE },
    { "Cancellable <> FALSE", TRUE },
    { "StartTime = '20261121010000.123456+000'", TRUE },
    { "StartTime < '20270101000000.000000+000'", TRUE },
    { "StartTime > '20270101000000.000000+000'", FALSE },
    { "ElapsedTime >= '00000000000130.000000:000'", TRUE },
    { "ElapsedTime > '00000000000131.000000:000'", FALSE },
    { "StartTime > '00000000000131.000000:000'", FALSE }, /* a time and an interval have no order */
    { "NOT StartTime > '00000000000131.000000:000'", FALSE },

    { "JobState = 4 AND Owner = 'Root'", TRUE },
    { "JobState = 4 and Owner = 'x'", FALSE },
    { "JobState = 5 OR Owner = 'Root'", TRUE },
    { "JobState = 5 OR Owner = 'x'", FALSE },
    { "JobState = 4 OR JobState = 5 AND Owner = 'x'", TRUE },
    { "(JobState = 4 OR JobState = 5) AND Owner = 'x'", FALSE },
    { "NOT JobState = 5", TRUE },
    { "NOT NOT JobState = 4", TRUE },
    { "NOT (JobState = 4 AND Owner = 'Root')", FALSE },
    { "NOT JobState = 5 AND NOT JobState = 6 AND NOT JobState = 7", TRUE },

    { "ErrorDescription IS NULL", TRUE },
    { "ErrorDescription IS NOT NULL", FALSE },
    { "ErrorDescription = NULL", TRUE },
    { "ErrorDescription <> NULL", FALSE },
    { "Owner IS NOT NULL", TRUE },
    { "NoSuch IS NULL", TRUE },
    { "ErrorDescription = 'x'", FALSE },
    { "NOT ErrorDescription = 'x'", FALSE }, /* nobody knows */
    { "ErrorDescription = 'x' OR JobState = 4", TRUE },
    { "NOT (ErrorDescription = 'x' AND JobState = 5)", TRUE },

    { "OperationalStatus[0] = 2", TRUE },
    { "OperationalStatus[1] = 15", TRUE },
    { "OperationalStatus[2] IS NULL", TRUE },
    { "ANY OperationalStatus = 15", TRUE },
    { "ANY OperationalStatus = 16", FALSE },
    { "EVERY OperationalStatus > 1", TRUE },
    { "EVERY OperationalStatus = 2", FALSE },
    { "OperationalStatus = 2", FALSE },

    { "NewSystemSettingData.MigrationType = 32768", TRUE },
    { "NewSystemSettingData.MigrationType <> 32768", FALSE },
    { "NewSystemSettingData.Test_Setting::InstanceID = 's'", TRUE },
    { "NewSystemSettingData.Test_Note::InstanceID = 's'", FALSE },
    { "NewSystemSettingData.MigrationType.Deeper = 1", FALSE },
    { "NewSystemSettingData ISA Test_Setting", TRUE },
    { "NewSystemSettingData ISA 'test_setting'", TRUE },
    { "NewSystemSettingData ISA Test_Note", FALSE },
    { "NewSystemSettingData NOT ISA Test_Note", TRUE },
    { "Test_ConcreteJob::JobState = 4", TRUE },
    { "Test_Note::JobState = 4", FALSE },
    { "__CLASS = 'Test_MigrationJob'", TRUE },
    { "__THIS ISA Test_Element", TRUE },
    { "__THIS ISA Test_Note", FALSE },
};

/* What the languages see differently. */
static const struct { CimQueryLanguage language; const char *condition; gboolean holds; } dialects[] = {
    { CIM_QUERY_WQL, "Owner = 'ROOT'", TRUE },
    { CIM_QUERY_CQL, "Owner = 'ROOT'", FALSE },
    { CIM_QUERY_WQL, "Caption = '\xc3\xa4RGER \xe2\x82\xac 5%'", TRUE },
    { CIM_QUERY_WQL, "Owner LIKE 'ro%'", TRUE },
    { CIM_QUERY_WQL, "Owner LIKE '%'", TRUE },
    { CIM_QUERY_WQL, "Owner LIKE '%o%t'", TRUE },
    { CIM_QUERY_WQL, "Owner LIKE 'R__t'", TRUE },
    { CIM_QUERY_WQL, "Owner LIKE 'R_t'", FALSE },
    { CIM_QUERY_WQL, "Owner LIKE '[p-s]oot'", TRUE },
    { CIM_QUERY_WQL, "Owner LIKE '[^p-s]oot'", FALSE },
    { CIM_QUERY_WQL, "Owner LIKE 'oo'", FALSE },
    { CIM_QUERY_WQL, "Owner NOT LIKE 'oo'", TRUE },
    { CIM_QUERY_WQL, "Owner LIKE ''", FALSE },
    { CIM_QUERY_WQL, "Caption LIKE '%5[%]'", TRUE },
    { CIM_QUERY_WQL, "Caption LIKE '_rger _ __'", TRUE },
    { CIM_QUERY_WQL, "ErrorDescription LIKE '%'", FALSE },
    { CIM_QUERY_CQL, "Owner LIKE 'R.*'", TRUE },
    { CIM_QUERY_CQL, "Owner LIKE 'r.*'", FALSE },
    { CIM_QUERY_CQL, "Owner LIKE 'Ro+t'", TRUE },
    { CIM_QUERY_CQL, "Owner LIKE 'Roo?o?o?t'", TRUE },
    { CIM_QUERY_CQL, "Owner LIKE 'Ro?t'", FALSE },
    { CIM_QUERY_CQL, "Owner LIKE 'R[o-q]*t'", TRUE },
    { CIM_QUERY_CQL, "Owner LIKE '....'", TRUE },
    { CIM_QUERY_CQL, "Owner LIKE 'R\\\\.ot'", FALSE },
    { CIM_QUERY_CQL, "Owner LIKE 'R%'", FALSE },
    { CIM_QUERY_FQL, "InstanceID LIKE 'job-[0-9]+'", TRUE },
};
/* clang-format on */

START_TEST(a_condition_holds_or_not)
{
    g_autofree char *select =
        g_strdup_printf("SELECT * FROM Test_ConcreteJob WHERE %s", conditions[_i].condition);

    ck_assert_msg(matches(CIM_QUERY_FQL, conditions[_i].condition) == conditions[_i].holds, "%s",
                  conditions[_i].condition);
    ck_assert_msg(matches(CIM_QUERY_CQL, select) == conditions[_i].holds, "%s", select);
    ck_assert_msg(matches(CIM_QUERY_WQL, select) == conditions[_i].holds, "%s", select);
}
END_TEST

START_TEST(languages_differ_in_text)
{
    g_autofree char *select =
        g_strdup_printf("select * from Test_Element where %s", dialects[_i].condition);
    const char *text = dialects[_i].language == CIM_QUERY_FQL ? dialects[_i].condition : select;

    ck_assert_msg(matches(dialects[_i].language, text) == dialects[_i].holds, "%s", text);
}
END_TEST

/* clang-format off */
static const struct { const char *text; gboolean holds; const char *properties; } selects[] = {
    { "SELECT * FROM Test_MigrationJob", TRUE, NULL },
    { "SELECT * FROM Test_Element", TRUE, NULL },
    { "SELECT * FROM Test_Note", FALSE, NULL },
    { "SELECT InstanceID, JobState FROM Test_MigrationJob", TRUE, "InstanceID JobState" },
    { "SELECT Test_ConcreteJob.Owner FROM Test_ConcreteJob", TRUE, "Owner" },
    { "SELECT Test_ConcreteJob.* FROM Test_ConcreteJob", TRUE, NULL },
    { "SELECT Owner, * FROM Test_ConcreteJob", TRUE, NULL },
    { "SELECT j.Owner FROM Test_ConcreteJob j WHERE j.JobState = 4", TRUE, "Owner" },
    { "SELECT j.Owner FROM Test_ConcreteJob AS j WHERE j.JobState = 5", FALSE, "Owner" },
    { "SELECT NewSystemSettingData.MigrationType FROM Test_MigrationJob", TRUE, "NewSystemSettingData" },
    { "SELECT * FROM Test_Element WHERE Test_Element ISA Test_MigrationJob", TRUE, NULL },
    { "SELECT * FROM Test_Element e WHERE e ISA Test_MigrationJob AND e.NewSystemSettingData.MigrationType = 32768", TRUE, NULL },
    { "SELECT * FROM Test_Element e WHERE e.JobState = 4 AND 5 > e.JobState AND e.JobState < e.Priority", TRUE, NULL },
};
/* clang-format on */

START_TEST(a_select_names_class_and_properties)
{
    g_autoptr(CimQuery) query = cim_query_parse(CIM_QUERY_CQL, selects[_i].text, NULL);
    const char *const *properties = cim_query_properties(query);
    g_autofree char *joined = properties ? g_strjoinv(" ", (char **) properties) : NULL;

    ck_assert(matches(CIM_QUERY_CQL, selects[_i].text) == selects[_i].holds);
    ck_assert_str_eq(joined ? joined : "all",
                     selects[_i].properties ? selects[_i].properties : "all");
    ck_assert(g_str_has_prefix(cim_query_class_name(query), "Test_"));
}
END_TEST

/* clang-format off */
static const struct { CimQueryLanguage language; const char *text; const char *words; } mistakes[] = {
    { CIM_QUERY_WQL, "", "ends where SELECT" },
    { CIM_QUERY_WQL, "DELETE", "SELECT belongs at 0" },
    { CIM_QUERY_WQL, "SELECT", "ends where a property" },
    { CIM_QUERY_WQL, "SELECT *", "ends where FROM" },
    { CIM_QUERY_WQL, "SELECT * FROM", "ends where a class" },
    { CIM_QUERY_WQL, "SELECT * FROM 5", "a class belongs at 14" },
    { CIM_QUERY_WQL, "SELECT *, FROM A", "FROM belongs at 15, not 'A'" }, /* FROM as a property */
    { CIM_QUERY_WQL, "SELECT * FROM A, B", "joins" },
    { CIM_QUERY_CQL, "SELECT OBJECTPATH(A) FROM A", "functions" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE", "ends where" },
    { CIM_QUERY_WQL, "SELECT * FROM A ORDER BY x", "WHERE belongs at 22, not 'BY'" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE x", "ends where a comparison" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE x = ", "ends where a property" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE x = 5 y", "the end belongs at 28" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE (x = 5", "ends where ')'" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE x = 'abc", "the string at 26 has no end" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE x # 5", "unknown sign at 24" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE x = 5z", "'5z' is no number" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE x IS 5", "NULL belongs" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE x LIKE 5", "a pattern belongs" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE x LIKE '[a'", "without ']'" },
    { CIM_QUERY_CQL, "SELECT * FROM A WHERE x LIKE '(a)'", "'(' is not taken" },
    { CIM_QUERY_CQL, "SELECT * FROM A WHERE x LIKE '*'", "'*' is not taken" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE x ISA 5", "a class belongs" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE x NOT = 5", "LIKE or ISA belongs" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE x < NULL", "NULL" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE NULL = x", "NULL" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE x = ANY y", "ANY" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE x[y] = 5", "an index belongs" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE x[99999] = 5", "an index belongs" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE x. = 5", "a property's name belongs" },
    { CIM_QUERY_WQL, "SELECT * FROM A WHERE x:: = 5", "a property's name belongs" },
    { CIM_QUERY_FQL, "", "ends where" },
    { CIM_QUERY_FQL, "SELECT * FROM A", "a comparison belongs at 7" },
    { CIM_QUERY_FQL, "x = 5)", "the end belongs at 5" },
};
/* clang-format on */

static void
assert_invalid(const GError *error, const char *words)
{
    ck_assert(g_error_matches(error, CIM_ERROR, CIM_ERR_INVALID_QUERY));
    ck_assert_msg(strstr(error->message, words) != NULL, "no '%s' in: %s", words, error->message);
}

START_TEST(a_mistake_is_named_with_its_place)
{
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(cim_query_parse(mistakes[_i].language, mistakes[_i].text, &error));
    assert_invalid(error, mistakes[_i].words);
}
END_TEST

/* clang-format off */
/* @words NULL: it makes sense. */
static const struct { const char *condition; const char *words; } checks[] = {
    { "JobState = 4", NULL },
    { "JobState = '4'", NULL },
    { "JobState = 70000", NULL },
    { "JobState = 'four'", "'JobState' is a uint16" },
    { "JobState = TRUE", "'JobState' is a uint16" },
    { "Owner = 5", "'Owner' is a string" },
    { "5 = Owner", "'Owner' is a string" },
    { "NoSuch = 4", "no property 'NoSuch'" },
    { "NoSuch IS NULL", "no property 'NoSuch'" },
    { "NoSuch LIKE 'x'", "no property 'NoSuch'" },
    { "JobState = NoSuch", "no property 'NoSuch'" },
    { "JobState = 4 AND (Owner = 'x' OR NOT NoSuch = 4)", "no property 'NoSuch'" },
    { "Cancellable = TRUE", NULL }, /* a subclass has it */
    { "StartTime = 'now'", "'StartTime' is a datetime" },
    { "StartTime > '20261121020000.000000+000'", NULL },
    { "JobState LIKE '4'", "'JobState' is no string" },
    { "OperationalStatus = 2", "'OperationalStatus' needs an index" },
    { "OperationalStatus[0] = 2", NULL },
    { "ANY OperationalStatus = 2", NULL },
    { "ANY JobState = 2", "'JobState' is one value" },
    { "JobState[0] = 2", "'JobState' is no array" },
    { "OperationalStatus IS NULL", NULL },
    { "NewSystemSettingData = 'x'", "holds instances" },
    { "NewSystemSettingData.Whatever = 'x'", NULL },
    { "Owner.Name = 'x'", "'Owner' has no properties" },
    { "Owner ISA Test_Note", "'Owner' holds no instance" },
    { "__CLASS = 'Test_Note'", NULL },
    { "__THIS = 5", "no property '__THIS'" },
    { "5 ISA Test_Note", "no instance" },
};
/* clang-format on */

START_TEST(a_query_is_checked_against_its_class)
{
    const CimClass *klass = cim_schema_find(&cim_wire_schema, "Test_ConcreteJob");
    g_autoptr(GError) error = NULL;
    g_autoptr(CimQuery) query = cim_query_parse(CIM_QUERY_FQL, checks[_i].condition, &error);
    gboolean ok;

    ck_assert_msg(query != NULL, "%s", error ? error->message : "");
    ok = cim_query_check(query, &cim_wire_schema, klass, &error);
    if (checks[_i].words)
        assert_invalid(error, checks[_i].words);
    else
        ck_assert_msg(ok, "%s", error ? error->message : "");
}
END_TEST

START_TEST(a_selected_property_must_be_there)
{
    const CimClass *klass = cim_schema_find(&cim_wire_schema, "Test_ConcreteJob");
    g_autoptr(CimQuery) query =
        cim_query_parse(CIM_QUERY_WQL, "SELECT Owner, NoSuch FROM Test_ConcreteJob", NULL);
    g_autoptr(GError) error = NULL;

    ck_assert(!cim_query_check(query, &cim_wire_schema, klass, &error));
    assert_invalid(error, "NoSuch");
}
END_TEST

START_TEST(languages_are_known_by_name)
{
    CimQueryLanguage language;
    g_autoptr(GError) error = NULL;

    ck_assert(cim_query_language_from_name("wql", &language, NULL) && language == CIM_QUERY_WQL);
    ck_assert(cim_query_language_from_name("DMTF:CQL", &language, NULL) &&
              language == CIM_QUERY_CQL);
    ck_assert(cim_query_language_from_name("DMTF:FQL", &language, NULL) &&
              language == CIM_QUERY_FQL);
    ck_assert(!cim_query_language_from_name("SQL", &language, &error));
    ck_assert(g_error_matches(error, CIM_ERROR, CIM_ERR_QUERY_LANGUAGE_NOT_SUPPORTED));
    ck_assert_ptr_nonnull(strstr(error->message, "SQL"));
}
END_TEST

static char *
repeat(const char *before, const char *part, guint n, const char *after)
{
    GString *text = g_string_new(before);

    for (guint i = 0; i < n; i++)
        g_string_append(text, part);
    g_string_append(text, after);
    return g_string_free(text, FALSE);
}

START_TEST(length_depth_and_patterns_are_bounded)
{
    g_autofree char *long_text = repeat("x = '", "0123456789", 1000, "'");
    g_autofree char *deep = repeat("", "(", 100, "x = 1");
    g_autofree char *nots = repeat("", "NOT ", 100, "x = 1");
    g_autofree char *pattern = repeat("x LIKE '", ".", 300, "'");
    g_autofree char *path = repeat("x", ".x", 100, " = 1");
    const char *texts[] = {long_text, deep, nots, pattern, path};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;

        ck_assert_ptr_null(cim_query_parse(CIM_QUERY_FQL, texts[i], &error));
        assert_invalid(error, i == 0 ? "longer than" : "more than");
    }
}
END_TEST

/* A chain is not deep, however long it is; and a pattern of many ways is gone in one. */
START_TEST(hostile_queries_are_answered)
{
    g_autofree char *chain = repeat("JobState = 4", " AND JobState = 4", 400, "");
    g_autofree char *ways = repeat("Caption LIKE '", ".*", 100, "x'");
    g_autofree char *wql_ways =
        repeat("SELECT * FROM Test_Element WHERE Caption LIKE '", "%_", 100, "'");

    ck_assert(matches(CIM_QUERY_FQL, chain));
    ck_assert(!matches(CIM_QUERY_FQL, ways));
    ck_assert(!matches(CIM_QUERY_WQL, wql_ways));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("query");
    TCase *tcase = tcase_create("query");

    tcase_add_loop_test(tcase, a_condition_holds_or_not, 0, G_N_ELEMENTS(conditions));
    tcase_add_loop_test(tcase, languages_differ_in_text, 0, G_N_ELEMENTS(dialects));
    tcase_add_loop_test(tcase, a_select_names_class_and_properties, 0, G_N_ELEMENTS(selects));
    tcase_add_loop_test(tcase, a_mistake_is_named_with_its_place, 0, G_N_ELEMENTS(mistakes));
    tcase_add_loop_test(tcase, a_query_is_checked_against_its_class, 0, G_N_ELEMENTS(checks));
    tcase_add_test(tcase, a_selected_property_must_be_there);
    tcase_add_test(tcase, languages_are_known_by_name);
    tcase_add_test(tcase, length_depth_and_patterns_are_bounded);
    tcase_add_test(tcase, hostile_queries_are_answered);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
