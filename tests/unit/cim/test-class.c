#include <string.h>

#include "tests/unit/check-main.h"

#include "cim/class.h"
#include "tests/unit/cim/test-schema.h"

static const CimClass *
find_class(const char *name)
{
    const CimClass *klass = cim_schema_find(&cim_test_schema, name);

    ck_assert_msg(klass != NULL, "no class %s", name);
    return klass;
}

static const CimProperty *
find_property(const char *class_name, const char *name)
{
    const CimProperty *property = cim_class_find_property(find_class(class_name), name);

    ck_assert_msg(property != NULL, "no property %s of %s", name, class_name);
    return property;
}

static const CimMethod *
find_method(const char *class_name, const char *name)
{
    const CimMethod *method = cim_class_find_method(find_class(class_name), name);

    ck_assert_msg(method != NULL, "no method %s of %s", name, class_name);
    return method;
}

/* ---- look-ups ---- */

START_TEST(every_class_is_found_in_any_case)
{
    for (guint i = 0; i < cim_test_schema.n_classes; i++) {
        const CimClass *klass = cim_test_schema.classes[i];
        g_autofree char *upper = g_ascii_strup(klass->name, -1);

        ck_assert_ptr_eq(cim_schema_find(&cim_test_schema, klass->name), klass);
        ck_assert_ptr_eq(cim_schema_find(&cim_test_schema, upper), klass);
        if (i > 0)
            ck_assert_int_lt(g_ascii_strcasecmp(cim_test_schema.classes[i - 1]->name, klass->name),
                             0);
    }
    ck_assert_ptr_null(cim_schema_find(&cim_test_schema, "Test_"));
    ck_assert_ptr_null(cim_schema_find(&cim_test_schema, ""));
    ck_assert_ptr_null(cim_schema_find(&cim_test_schema, "Zzz"));
}
END_TEST

START_TEST(every_property_is_found_in_any_case)
{
    for (guint i = 0; i < cim_test_schema.n_classes; i++) {
        const CimClass *klass = cim_test_schema.classes[i];

        for (guint p = 0; p < klass->n_properties; p++) {
            g_autofree char *lower = g_ascii_strdown(klass->properties[p].name, -1);

            ck_assert_int_eq(cim_class_find_property_index(klass, klass->properties[p].name),
                             (int) p);
            ck_assert_ptr_eq(cim_class_find_property(klass, lower), &klass->properties[p]);
        }
        ck_assert_int_eq(cim_class_find_property_index(klass, "None"), -1);
        ck_assert_ptr_null(cim_class_find_property(klass, ""));
    }
}
END_TEST

START_TEST(methods_and_parameters_are_found_in_any_case)
{
    const CimMethod *method = find_method("Test_MigrationJob", "requeststatechange");

    ck_assert_ptr_nonnull(cim_method_find_parameter(method, "TIMEOUTPERIOD"));
    ck_assert_ptr_null(cim_method_find_parameter(method, "None"));
    ck_assert_ptr_null(cim_class_find_method(find_class("Test_MigrationJob"), "None"));
}
END_TEST

START_TEST(a_class_is_what_its_superclasses_are)
{
    const CimClass *klass = find_class("Test_MigrationJob");

    ck_assert(cim_class_is_a(klass, "Test_MigrationJob"));
    ck_assert(cim_class_is_a(klass, "TEST_ELEMENT"));
    ck_assert(!cim_class_is_a(klass, "Test_Everything"));
    ck_assert(!cim_class_is_a(find_class("Test_Job"), "Test_MigrationJob"));
}
END_TEST

/* ---- inheritance ---- */

START_TEST(inherited_properties_come_first_and_overrides_take_their_place)
{
    const CimClass *klass = find_class("Test_MigrationJob");
    const CimClass *above = klass->superclass;

    ck_assert_str_eq(above->name, "Test_ConcreteJob");
    for (guint i = 0; i < above->n_properties; i++)
        ck_assert_str_eq(klass->properties[i].name, above->properties[i].name);
    ck_assert_str_eq(klass->properties[0].name, "Caption");
    ck_assert_str_eq(klass->properties[1].name, "InstanceID");
    ck_assert_str_eq(klass->properties[above->n_properties].name, "Cancellable");
    ck_assert_uint_eq(klass->n_properties, above->n_properties + 2);
    ck_assert_str_eq(klass->methods[0].name, "KillJob");
    ck_assert_str_eq(klass->methods[2].name, "GetError");
    ck_assert_str_eq(klass->methods[3].name, "GetErrorEx");
}
END_TEST

START_TEST(an_override_keeps_its_origin_and_is_not_propagated)
{
    const CimProperty *here = find_property("Test_ConcreteJob", "InstanceID");
    const CimProperty *below = find_property("Test_MigrationJob", "InstanceID");
    const CimMethod *method = find_method("Test_MigrationJob", "GetError");

    ck_assert_str_eq(here->origin, "Test_Element");
    ck_assert(!here->propagated);
    ck_assert(here->flags & CIM_PROPERTY_KEY);
    ck_assert_str_eq(below->origin, "Test_Element");
    ck_assert(below->propagated);
    ck_assert(below->flags & CIM_PROPERTY_KEY);
    ck_assert(!(find_property("Test_Job", "InstanceID")->flags & CIM_PROPERTY_KEY));
    ck_assert_str_eq(method->origin, "Test_ConcreteJob");
    ck_assert(!method->propagated);
    ck_assert(find_method("Test_MigrationJob", "KillJob")->propagated);
}
END_TEST

START_TEST(keys_stand_in_order_of_declaration)
{
    static const char *const names[] = {"SystemName", "Number", "Primary", "Created"};
    const CimClass *klass = find_class("Test_Setting");

    ck_assert_uint_eq(klass->n_keys, G_N_ELEMENTS(names));
    for (guint i = 0; i < klass->n_keys; i++)
        ck_assert_str_eq(klass->properties[klass->key_indices[i]].name, names[i]);
    ck_assert_uint_eq(find_class("Test_Job")->n_keys, 0);
    ck_assert_uint_eq(find_class("Test_MigrationJob")->n_keys, 1);
    ck_assert_uint_eq(find_class("Test_Singleton")->n_keys, 0);
}
END_TEST

START_TEST(kinds_of_classes_are_told_apart)
{
    ck_assert(find_class("Test_Element")->is_abstract);
    ck_assert(!find_class("Test_Everything")->is_abstract);
    ck_assert(find_class("Test_OwningJob")->is_association);
    ck_assert(!find_class("Test_Element")->is_association);
    ck_assert(find_class("Test_Alert")->is_indication);
}
END_TEST

/* ---- qualifiers ---- */

static const CimQualifier *
find_qualifier(const CimProperty *property, const char *name)
{
    for (guint i = 0; i < property->n_qualifiers; i++)
        if (strcmp(property->qualifiers[i].name, name) == 0)
            return &property->qualifiers[i];
    return NULL;
}

START_TEST(qualifiers_go_down_unless_they_are_restricted)
{
    const CimProperty *here = find_property("Test_ConcreteJob", "InstanceID");
    const CimProperty *below = find_property("Test_MigrationJob", "InstanceID");

    ck_assert_ptr_nonnull(find_qualifier(here, "Override"));
    ck_assert_ptr_null(find_qualifier(below, "Override"));
    ck_assert(!find_qualifier(here, "Key")->propagated);
    ck_assert(find_qualifier(below, "Key")->propagated);
    ck_assert(!(find_qualifier(below, "Key")->flavor & CIM_FLAVOR_OVERRIDABLE));
    ck_assert(find_property("Test_Job", "JobStatus")->flags & CIM_PROPERTY_DEPRECATED);
    ck_assert(!(find_property("Test_ConcreteJob", "JobStatus")->flags & CIM_PROPERTY_DEPRECATED));
}
END_TEST

START_TEST(an_override_replaces_what_it_says_and_inherits_the_rest)
{
    const CimProperty *name = find_property("Test_ConcreteJob", "Name");
    const CimProperty *key = find_property("Test_Everything", "InstanceID");
    const CimProperty *end = find_property("Test_OwningJob", "Antecedent");

    ck_assert(name->flags & CIM_PROPERTY_REQUIRED);
    ck_assert_str_eq(cim_qualifier_text(name->qualifiers, name->n_qualifiers, "maxlen"), "1024");
    ck_assert_str_eq(cim_qualifier_text(key->qualifiers, key->n_qualifiers, "Description"),
                     "The key.");
    ck_assert(find_qualifier(end, "Key")->propagated);
    ck_assert_str_eq(cim_qualifier_text(end->qualifiers, end->n_qualifiers, "Description"),
                     "A thing.");
    ck_assert_ptr_null(cim_qualifier_text(end->qualifiers, end->n_qualifiers, "None"));
}
END_TEST

START_TEST(class_qualifiers_go_down_too)
{
    const CimClass *klass = find_class("Test_Defaults");
    const CimClass *owning = find_class("Test_OwningJob");

    ck_assert_ptr_null(cim_qualifier_text(klass->qualifiers, klass->n_qualifiers, "Abstract"));
    ck_assert_ptr_null(cim_qualifier_text(klass->qualifiers, klass->n_qualifiers, "Version"));
    ck_assert_str_eq(cim_qualifier_text(owning->qualifiers, owning->n_qualifiers, "Description"),
                     "Who has what.");
}
END_TEST

START_TEST(qualifiers_have_types_and_strings_are_joined)
{
    const CimProperty *id = find_property("Test_Element", "InstanceID");
    const CimQualifier *map =
        find_qualifier(find_property("Test_ConcreteJob", "JobState"), "ValueMap");

    ck_assert_str_eq(cim_qualifier_text(id->qualifiers, id->n_qualifiers, "Description"),
                     "An opaque name.");
    ck_assert_int_eq(map->type, CIM_TYPE_STRING);
    ck_assert(map->is_array);
    ck_assert_uint_eq(map->n_values, 7);
    ck_assert_int_eq(find_qualifier(find_property("Test_Element", "Caption"), "MaxLen")->type,
                     CIM_TYPE_UINT32);
}
END_TEST

/* ---- properties ---- */

START_TEST(write_and_read_become_flags)
{
    ck_assert_uint_eq(find_property("Test_Everything", "Uint8")->flags,
                      CIM_PROPERTY_READ | CIM_PROPERTY_WRITE);
    ck_assert_uint_eq(find_property("Test_Job", "Owner")->flags, CIM_PROPERTY_READ);
}
END_TEST

START_TEST(every_type_stands_as_a_scalar_and_as_an_array)
{
    for (CimType type = CIM_TYPE_BOOLEAN; type <= CIM_TYPE_DATETIME; type++) {
        g_autofree char *array = g_strconcat(cim_type_name(type), "s", NULL);
        const CimProperty *one = find_property("Test_Everything", cim_type_name(type));
        const CimProperty *many = find_property("Test_Everything", array);

        ck_assert_int_eq(one->type, type);
        ck_assert(!one->is_array);
        ck_assert_int_eq(many->type, type);
        ck_assert(many->is_array);
    }
    ck_assert_int_eq(find_property("Test_Everything", "Four")->array_size, 4);
}
END_TEST

START_TEST(embedded_instances_and_references_name_their_classes)
{
    const CimProperty *instances = find_property("Test_Everything", "Instances");
    const CimProperty *object = find_property("Test_Everything", "Object");
    const CimProperty *end = find_property("Test_OwningJob", "Dependent");
    const CimMethod *narrowed = find_method("Test_MigrationJob", "GetError");

    ck_assert_int_eq(instances->type, CIM_TYPE_INSTANCE);
    ck_assert(instances->is_array);
    ck_assert_str_eq(instances->class_name, "Test_Error");
    ck_assert_int_eq(object->type, CIM_TYPE_INSTANCE);
    ck_assert_ptr_null(object->class_name);
    ck_assert_int_eq(end->type, CIM_TYPE_REFERENCE);
    ck_assert_str_eq(end->class_name, "Test_ConcreteJob");
    ck_assert_str_eq(narrowed->parameters[0].class_name, "Test_MigrationError");
}
END_TEST

/* clang-format off */
static const struct { const char *class_name; const char *property; const char *xml; } openings[] = {
    { "Test_ConcreteJob", "JobState", "<PROPERTY NAME=\"JobState\" TYPE=\"uint16\">" },
    { "Test_Job", "StatusDescriptions",
      "<PROPERTY.ARRAY NAME=\"StatusDescriptions\" TYPE=\"string\">" },
    { "Test_OwningJob", "Antecedent",
      "<PROPERTY.REFERENCE NAME=\"Antecedent\" REFERENCECLASS=\"Test_Everything\">" },
    { "Test_Everything", "Instance",
      "<PROPERTY NAME=\"Instance\" TYPE=\"string\" EmbeddedObject=\"instance\">" },
    { "Test_Everything", "Object",
      "<PROPERTY NAME=\"Object\" TYPE=\"string\" EmbeddedObject=\"object\">" },
    { "Test_Everything", "Instances",
      "<PROPERTY.ARRAY NAME=\"Instances\" TYPE=\"string\" EmbeddedObject=\"instance\">" },
};

static const struct { const char *property; const char *text; } defaults[] = {
    { "Boolean", "TRUE" },
    { "Char16", "x" },
    { "Binary", "5" },
    { "Hexadecimal", "31" },
    { "Negative", "-42" },
    { "Real", "-1500" },
    { "String", "a \"quoted\"\ttext \xe2\x82\xac?\?!" },
    { "Interval", "00000000000500.000000:000" },
    { "Nothing", NULL },
    { "InstanceID", NULL },
};

static const struct { gint64 value; const char *name; } job_states[] = {
    { 2, "New" },
    { 7, "Completed" },
    { 8, "DMTF Reserved" },
    { 32767, "DMTF Reserved" },
    { 32768, "With Warnings" },
    { 32769, "Vendor Reserved" },
    { 65535, "Vendor Reserved" },
    { 5, NULL },
    { 0, NULL },
    { -1, NULL },
};

static const struct { gint64 value; const char *name; } returns[] = {
    { 0, "Completed" },
    { 4096, "Started" },
    { 1, "DMTF Reserved" },
    { 4097, "DMTF Reserved" },
    { 32768, "Vendor Reserved" },
    { 65535, "Vendor Reserved" },
    { 65536, "DMTF Reserved" },
};
/* clang-format on */

START_TEST(the_opening_tag_is_ready_made)
{
    const CimProperty *property = find_property(openings[_i].class_name, openings[_i].property);

    ck_assert_str_eq(property->xml_open, openings[_i].xml);
    ck_assert_uint_eq(property->xml_open_length, strlen(openings[_i].xml));
}
END_TEST

START_TEST(a_default_has_its_canonical_text)
{
    const CimProperty *property = find_property("Test_Defaults", defaults[_i].property);

    ck_assert_int_eq(property->default_value == NULL, defaults[_i].text == NULL);
    if (defaults[_i].text)
        ck_assert_str_eq(property->default_value, defaults[_i].text);
}
END_TEST

START_TEST(a_value_has_its_name)
{
    const char *name = cim_property_value_name(find_property("Test_MigrationJob", "JobState"),
                                               job_states[_i].value);

    ck_assert_int_eq(name == NULL, job_states[_i].name == NULL);
    if (name)
        ck_assert_str_eq(name, job_states[_i].name);
}
END_TEST

START_TEST(a_return_value_has_its_name)
{
    const CimMethod *method = find_method("Test_MigrationJob", "RequestStateChange");

    ck_assert_str_eq(cim_method_value_name(method, returns[_i].value), returns[_i].name);
}
END_TEST

START_TEST(values_without_a_map_are_counted_from_0)
{
    static const char *const names[] = {"zero", "one", NULL};
    const CimProperty property = {.name = "P", .value_names = names};
    const CimProperty none = {.name = "P"};

    ck_assert_str_eq(cim_property_value_name(&property, 1), "one");
    ck_assert_ptr_null(cim_property_value_name(&property, 2));
    ck_assert_ptr_null(cim_property_value_name(&property, -1));
    ck_assert_ptr_null(cim_property_value_name(&none, 0));
}
END_TEST

START_TEST(an_exact_entry_goes_before_a_range_that_stands_first)
{
    static const char *const map[] = {"..", "..9", "5", NULL};
    static const char *const names[] = {"rest", "small", "five", NULL};
    const CimProperty property = {.name = "P", .value_map = map, .value_names = names};

    ck_assert_str_eq(cim_property_value_name(&property, 5), "five");
    ck_assert_str_eq(cim_property_value_name(&property, -4), "small");
    ck_assert_str_eq(cim_property_value_name(&property, 10), "rest");
}
END_TEST

START_TEST(parameters_know_their_direction)
{
    const CimMethod *kill = find_method("Test_Job", "KillJob");
    const CimMethod *get = find_method("Test_ConcreteJob", "GetError");
    const CimMethod *echo = find_method("Test_MigrationJob", "Echo");

    ck_assert(kill->parameters[0].is_in && !kill->parameters[0].is_out);
    ck_assert(!get->parameters[0].is_in && get->parameters[0].is_out);
    ck_assert(echo->is_static && !get->is_static);
    ck_assert_uint_eq(echo->n_parameters, 11);
    for (guint i = 0; i < echo->n_parameters; i++)
        ck_assert(echo->parameters[i].is_in && echo->parameters[i].is_out);
    ck_assert_int_eq(echo->return_type, CIM_TYPE_UINT32);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("class");
    TCase *finding = tcase_create("finding");
    TCase *inheriting = tcase_create("inheriting");
    TCase *properties = tcase_create("properties");

    tcase_add_test(finding, every_class_is_found_in_any_case);
    tcase_add_test(finding, every_property_is_found_in_any_case);
    tcase_add_test(finding, methods_and_parameters_are_found_in_any_case);
    tcase_add_test(finding, a_class_is_what_its_superclasses_are);
    suite_add_tcase(suite, finding);

    tcase_add_test(inheriting, inherited_properties_come_first_and_overrides_take_their_place);
    tcase_add_test(inheriting, an_override_keeps_its_origin_and_is_not_propagated);
    tcase_add_test(inheriting, keys_stand_in_order_of_declaration);
    tcase_add_test(inheriting, kinds_of_classes_are_told_apart);
    tcase_add_test(inheriting, qualifiers_go_down_unless_they_are_restricted);
    tcase_add_test(inheriting, an_override_replaces_what_it_says_and_inherits_the_rest);
    tcase_add_test(inheriting, class_qualifiers_go_down_too);
    tcase_add_test(inheriting, qualifiers_have_types_and_strings_are_joined);
    suite_add_tcase(suite, inheriting);

    tcase_add_test(properties, write_and_read_become_flags);
    tcase_add_test(properties, every_type_stands_as_a_scalar_and_as_an_array);
    tcase_add_test(properties, embedded_instances_and_references_name_their_classes);
    tcase_add_loop_test(properties, the_opening_tag_is_ready_made, 0, G_N_ELEMENTS(openings));
    tcase_add_loop_test(properties, a_default_has_its_canonical_text, 0, G_N_ELEMENTS(defaults));
    tcase_add_loop_test(properties, a_value_has_its_name, 0, G_N_ELEMENTS(job_states));
    tcase_add_loop_test(properties, a_return_value_has_its_name, 0, G_N_ELEMENTS(returns));
    tcase_add_test(properties, values_without_a_map_are_counted_from_0);
    tcase_add_test(properties, an_exact_entry_goes_before_a_range_that_stands_first);
    tcase_add_test(properties, parameters_know_their_direction);
    suite_add_tcase(suite, properties);
    return run_tap(suite);
}
