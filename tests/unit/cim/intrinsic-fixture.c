#include "tests/unit/cim/intrinsic-fixture.h"

#include <string.h>

#include "tests/unit/check-main.h"

#include "cim/xml-read.h"

static Fixture *fixture;

void
intrinsic_start(void)
{
    intrinsic_start_with(NULL);
}

void
intrinsic_start_with(const CimServerLimits *limits)
{
    fixture = fixture_start(4, limits);
}

void
intrinsic_stop(void)
{
    fixture_stop(fixture);
}

Fixture *
intrinsic_fixture(void)
{
    return fixture;
}

Reply *
call(const char *operation, const char *parameters)
{
    static const CimXmlBudget budget = {100000, 1 << 20};
    g_autofree char *body = intrinsic_text(operation, parameters);
    g_autofree char *request = post_text(operation, "root/test", "", body);
    g_autofree char *response =
        g_strdup_printf("<MESSAGE ID=\"1001\" PROTOCOLVERSION=\"1.0\"><SIMPLERSP><IMETHODRESPONSE "
                        "NAME=\"%s\">",
                        operation);
    g_autoptr(CimXmlReader) reader = cim_xml_reader_new(NULL, &budget);
    g_autoptr(GError) error = NULL;
    Reply *reply = ask(fixture, request, -1);

    ck_assert_msg(reply->status == 200, "%s", reply->head);
    ck_assert_msg(cim_xml_reader_load(reader, reply->body, reply->body_length, &error), "%s: %s",
                  error ? error->message : "", reply->body);
    assert_contains(reply->body, response);
    return reply;
}

void
assert_answer(const char *operation, const char *parameters, const char *expected)
{
    g_autoptr(Reply) reply = call(operation, parameters);

    assert_contains(reply->body, expected);
}

void
assert_lacks(const char *operation, const char *parameters, const char *unexpected)
{
    g_autoptr(Reply) reply = call(operation, parameters);

    ck_assert_msg(!strstr(reply->body, unexpected), "'%s' in %s", unexpected, reply->body);
    ck_assert_msg(!strstr(reply->body, "<ERROR"), "%s", reply->body);
}

void
assert_refused(const char *operation, const char *parameters, int code, const char *words)
{
    g_autofree char *error = g_strdup_printf("<ERROR CODE=\"%d\" DESCRIPTION=\"", code);
    g_autoptr(Reply) reply = call(operation, parameters);

    assert_contains(reply->body, error);
    assert_contains(strstr(reply->body, error), words);
    ck_assert(!strstr(reply->body, "<IRETURNVALUE"));
    ck_assert(!strstr(reply->body, "<PARAMVALUE"));
}

guint
occurrences_in(const char *text, const char *part)
{
    guint n = 0;

    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        n++;
    return n;
}

guint
occurrences(const char *operation, const char *parameters, const char *part)
{
    g_autoptr(Reply) reply = call(operation, parameters);

    ck_assert_msg(!strstr(reply->body, "<ERROR"), "%s", reply->body);
    return occurrences_in(reply->body, part);
}
