/* Runs the MOF compiler on snippets: what is wrong must be named, with its place. */
#include <glib/gstdio.h>
#include <string.h>

#include "tests/unit/check-main.h"

#define QUALIFIERS                                                                                 \
    "Qualifier Abstract : boolean = false, Scope(class, association), Flavor(Restricted);"         \
    "Qualifier Association : boolean = false, Scope(association), Flavor(DisableOverride);"        \
    "Qualifier Description : string = null, Scope(any);"                                           \
    "Qualifier EmbeddedInstance : string = null, Scope(property, method, parameter);"              \
    "Qualifier EmbeddedObject : boolean = false, Scope(property, method, parameter);"              \
    "Qualifier In : boolean = true, Scope(parameter);"                                             \
    "Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride);"        \
    "Qualifier MaxLen : uint32 = null, Scope(property);"                                           \
    "Qualifier Override : string, Scope(property, reference, method), Flavor(Restricted);"         \
    "Qualifier ValueMap : string[], Scope(property, method, parameter);"                           \
    "Qualifier Values : string[], Scope(property, method, parameter);\n"

/* clang-format off */
/* Line 1 holds the qualifiers above; @message follows "FILE:" */
static const struct { const char *mof; const char *message; } mistakes[] = {
    /* text */
    { "class A { string S; }", "2:22: expected ';', not the end" },
    { "class A {\n  string S\n};", "4:1: expected ';', not '}'" },
    { "class A : { };", "2:11: expected the superclass's name, not '{'" },
    { "clas A { };", "2:1: expected a class or a qualifier's declaration, not 'clas'" },
    { "instance of A { };", "2:1: instances are not taken" },
    { "class A as $Alias { };", "2:9: aliases are not taken" },
    { "#pragma include (\"other.mof\")", "2:9: includes are not taken" },
    { "#define X", "2:2: expected 'pragma', not 'define'" },
    { "/* no end\nclass A { };", "2:1: the comment has no end" },
    { "class A { string S = \"x; };\n", "2:22: the string has no end on its line" },
    { "class A { string S = \"\\q\"; };", "2:23: unknown escape '\\q'" },
    { "class A { string S = \"\\x0\"; };", "2:23: the escape '\\x' names no character" },
    { "class A { char16 C = 'xy'; };", "2:22: a char16 is one character" },
    { "class A { uint8 N = 010; };", "2:21: '010': octal numbers are not taken" },
    { "class \xc3\xa4 { };", "2:7: unexpected character '\xc3\xa4'" },
    { "/* \xc3\xa4 */ class A { string S } ;", "2:28: expected ';', not '}'" },
    { "class A { string S; }; // \xff", "2:27: the text is not UTF-8" },
    { "class A { int N; };", "2:11: 'int' is no type" },
    { "class A { uint8 N[0]; };", "2:19: '0' is no size of an array" },
    { "class A { uint8 N[x]; };", "2:19: expected ']', not 'x'" },

    /* qualifier declarations */
    { "Qualifier X : boolean;", "2:11: qualifier 'X' has no scope" },
    { "Qualifier X : boolean, Scope(universe);", "2:30: expected a scope, not 'universe'" },
    { "Qualifier X : boolean, Scope(any), Flavor(sweet);", "2:43: expected a flavor, not 'sweet'" },
    { "Qualifier X : boolean, Scope(any), Flavor(Restricted, ToSubclass);",
      "2:11: the flavors of qualifier 'X' contradict" },
    { "Qualifier X : thing, Scope(any);", "2:15: expected a type, not 'thing'" },
    { "Qualifier X : uint8 = 256, Scope(any);", "2:23: '256' is out of the range of uint8" },
    { "Qualifier X : string[] = \"x\", Scope(any);", "2:26: expected an array of string" },
    { "Qualifier X : boolean = {}, Scope(any);", "expected a single boolean" },
    { "Qualifier X : boolean, Size(any);", "2:24: expected 'Scope' or 'Flavor', not 'Size'" },
    { "Qualifier KEY : boolean, Scope(any);", "2:11: qualifier 'KEY' is already declared at" },

    /* qualifiers */
    { "[Nonsense] class A { };", "2:2: unknown qualifier 'Nonsense' on 'A'" },
    { "[Key] class A { };", "2:2: qualifier 'Key' is out of its scope on 'A'" },
    { "class A { [In] string S; };", "2:12: qualifier 'In' is out of its scope on 'S'" },
    { "class A { [Key] uint32 M(); };", "2:12: qualifier 'Key' is out of its scope on 'M'" },
    { "class A { [Key, key] string S; };", "2:17: qualifier 'key' is there twice" },
    { "class A { [Description] string S; };", "2:12: qualifier 'Description' needs a value" },
    { "class A { [Description(5)] string S; };", "2:24: an integer is no value of type string" },
    { "class A { [Description{\"x\"}] string S; };", "expected a single string" },
    { "class A { [MaxLen(-1)] string S; };", "2:19: '-1' is out of the range of uint32" },
    { "class A { [Key(1)] string S; };", "2:16: an integer is no value of type boolean" },
    { "class A { [Values(\"x\")] uint8 N; };", "expected an array of string" },
    { "class A { [Values{\"x\", NULL}] uint8 N; };",
      "2:24: NULL cannot be an element of an array" },

    /* classes */
    { "class A { }; class a { };", "2:20: class 'a' is already declared at" },
    { "class A : B { };", "2:7: unknown superclass 'B' of 'A'" },
    { "class A : B { }; class B : A { };", "is its own superclass" },
    { "class A : A { };", "2:7: class 'A' is its own superclass" },
    { "class A { string S; uint8 s; };", "2:27: 's' is declared twice in A" },
    { "class A { string S; uint8 S(); };", "2:27: 'S' is declared twice in A" },
    { "class A { uint8 M(string P, string p); };", "2:36: 'p' is declared twice in M" },

    /* types, references, embedding */
    { "class A { A REF R; };", "2:17: reference 'R': 'A' is no association" },
    { "[Association] class A { B REF R; };", "2:31: unknown class 'B' of 'R'" },
    { "class A { uint32 M(B REF P); };", "2:26: unknown class 'B' of 'P'" },
    { "class A { A REF M(); };", "2:17: method 'M' cannot return a reference" },
    { "class A { [EmbeddedInstance(\"B\")] string S; };", "2:42: unknown class 'B' of 'S'" },
    { "class A { [EmbeddedInstance(\"A\")] uint8 S; };",
      "2:41: 'S' is embedded, and must be a string" },
    { "class A { [EmbeddedObject] string M(); };",
      "2:35: method 'M' cannot return an embedded instance" },
    { "class A { [Key] string S[]; };", "2:24: key 'S' cannot be an array or embedded" },

    /* defaults */
    { "class A { uint8 N = 256; };", "2:21: '256' is out of the range of uint8" },
    { "class A { uint8 N = \"1\"; };", "2:21: a string is no value of type uint8" },
    { "class A { uint8 N = 1.5; };", "2:21: a real is no value of type uint8" },
    { "class A { uint8 N = 1x; };", "2:21: '1x' is no uint8" },
    { "class A { string S = TRUE; };", "2:22: a boolean is no value of type string" },
    { "class A { datetime D = \"soon\"; };", "2:24: 'soon' is no datetime" },
    { "class A { uint8 N[] = { 1 }; };", "2:17: 'N': only scalars can have a default" },
    { "class A { uint8 N = { 1 }; };", "2:17: 'N' is no array" },

    /* value maps */
    { "class A { [ValueMap{\"1\",\"2\"}, Values{\"x\"}] uint8 N; };",
      "2:12: 'N' has 2 entries in ValueMap, but 1 in Values" },
    { "class A { [ValueMap{\"256\"}] uint8 N; };", "2:12: ValueMap of 'N': '256' is no uint8" },
    { "class A { [ValueMap{\"1..x\"}] uint8 N; };", "2:12: ValueMap of 'N': '1..x' is no uint8" },
    { "class A { [ValueMap{\"1\",\"1\"}] uint8 N; };",
      "2:12: ValueMap of 'N': '1' is there twice" },
    { "class A { [ValueMap{\"1\",\"2\"}, Values{\"x\",\"y\"}] uint8 N; };\n"
      "class B : A { [Override(\"N\"), ValueMap{\"1\"}] uint8 N; };", "3:31: 'N' has 1 entries in ValueMap, but 2 in Values" },

    /* overriding */
    { "class A { string S; }; class B : A { string S; };",
      "2:45: 'S' is inherited from 'A': mark it with Override" },
    { "class A { }; class B : A { [Override(\"S\")] string S; };",
      "2:51: 'S' cannot override 'S'" },
    { "class A { string S; }; class B : A { [Override(\"T\")] string S; };",
      "'S' cannot override 'T'" },
    { "class A { string S; }; class B : A { [Override(\"S\")] uint8 S; };",
      "2:60: 'S' is uint8, but overrides a string of 'A'" },
    { "class A { string S; }; class B : A { [Override(\"S\")] string S[]; };",
      "'S' is string[], but overrides a string of 'A'" },
    { "class A { string S; }; class B : A { [Override(\"S\")] string S(); };",
      "'S' is a property in one class and a method in another" },
    { "class A { uint8 M(); }; class B : A { [Override(\"M\")] uint16 M(); };",
      "'M' is uint16, but overrides a uint8 of 'A'" },
    { "class A { uint8 M(); }; class B : A { [Override(\"M\")] uint8 M(string P); };",
      "'M' has 1 parameters, but overrides a method of 'A' with 0" },
    { "class A { uint8 M(string P); }; class B : A { [Override(\"M\")] uint8 M(string Q); };",
      "parameter 'Q' of 'M' is 'P' in 'A'" },
    { "class A { uint8 M(string P); }; class B : A { [Override(\"M\")] uint8 M(uint8 P); };",
      "'P' is uint8, but overrides a string" },
    { "class A { [Key] string S; }; class B : A { [Key] string T; };",
      "2:57: 'T' cannot be a key of 'B': its superclass 'A' has settled the keys" },
    { "class A { [Key] string S; string T; }; class B : A { [Key, Override(\"T\")] string T; };",
      "'T' cannot be a key of 'B'" },
    { "class A { [Key] string S; }; class B : A { [Key(false), Override(\"S\")] string S; };",
      "2:45: qualifier 'Key' on 'S' must stay as the superclass has it" },
    { "class X { }; class Y { }; [Association] class A { X REF R; };\n"
      "class B : A { [Override(\"R\")] Y REF R; };", "3:37: 'R' names class 'Y', which is no 'X' as in the superclass" },
};

static const char *const accepted[] = {
    "",
    "// nothing\r\n/* at * all **/",
    "#pragma locale (\"en_US\")\n#PRAGMA namespace(\"root\")\nclass A { };",
    "CLASS A { STRING S; }; Class B : a { };",
    "class B : A { }; class A { };",
    "[Association] class A { B REF X; C REF Y; }; class B { }; class C { };",
    "[Association] class A { B REF R; }; class B { }; class C : B { };"
    "[Association] class D : A { [Override(\"A.R\")] C REF R; };",
    "class A { string S; }; class B : A { [Key, Override(\"S\")] string S; };",
    "class A { [Key] string S; }; class B : A { [Key, Override(\"S\")] string S; };",
    "class A { string S; }; class B : A { [EmbeddedInstance(\"A\"), Override(\"S\")] string S; };",
    "class A { [ValueMap{\"0\",\"1..5\",\"..\",\"200..\"}, Values{\"\",\"\",\"\",\"\"}] uint8 N; };",
    "class A { [ValueMap{\"free\", \"text\"}] string S; };",
    "class A { [Values{\"counted\"}] uint8 N; };",
    "class A { [Description(NULL) : Restricted DisableOverride] uint8 N = NULL; };",
    "class A { uint32 M(); sint8 N([In(false)] A REF P[], char16 Q[4]); };",
    "class A { string S = \"a\" /* and */ \"b\" // more\n \"c\"; real32 R = -.5e-3; real64 T = 5; };",
};
/* clang-format on */

typedef struct {
    char *directory;
    char *file;
} Place;

static void
place_init(Place *place, const char *mof)
{
    g_autofree char *text = g_strconcat(QUALIFIERS, mof, NULL);

    place->directory = g_dir_make_tmp("mofc-XXXXXX", NULL);
    place->file = g_build_filename(place->directory, "test.mof", NULL);
    ck_assert(g_file_set_contents(place->file, text, -1, NULL));
}

static void
place_clear(Place *place)
{
    g_unlink(place->file);
    g_rmdir(place->directory);
    g_free(place->file);
    g_free(place->directory);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

/* Returns whether the compiler exited with 0; @messages: what it wrote to standard error. */
static gboolean
run(const char *const *arguments, char **messages)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autofree char *output = NULL;
    int status;

    g_ptr_array_add(argv, (char *) g_getenv("MOFC"));
    for (; *arguments; arguments++)
        g_ptr_array_add(argv, (char *) *arguments);
    g_ptr_array_add(argv, NULL);
    ck_assert(g_spawn_sync(NULL, (char **) argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output,
                           messages, &status, NULL));
    ck_assert_str_eq(output, "");
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) <= 1, "%s", *messages);
    return WEXITSTATUS(status) == 0;
}

START_TEST(a_mistake_is_named_with_its_place)
{
    g_auto(Place) place = {0};
    g_autofree char *messages = NULL;
    const char *expected = mistakes[_i].message;
    g_autofree char *prefix = NULL;

    place_init(&place, mistakes[_i].mof);
    ck_assert(!run((const char *const[]){place.file, NULL}, &messages));
    prefix = g_strdup_printf("%s:%s", place.file, g_ascii_isdigit(*expected) ? expected : "");
    ck_assert_msg(g_str_has_prefix(messages, prefix), "%s\n%s", mistakes[_i].mof, messages);
    assert_contains(messages, expected);
    ck_assert_ptr_eq(strchr(messages, '\n'), messages + strlen(messages) - 1);
}
END_TEST

START_TEST(good_text_is_accepted_in_silence)
{
    g_auto(Place) place = {0};
    g_autofree char *messages = NULL;

    place_init(&place, accepted[_i]);
    ck_assert_msg(run((const char *const[]){place.file, NULL}, &messages), "%s", messages);
    ck_assert_str_eq(messages, "");
}
END_TEST

START_TEST(a_later_file_uses_classes_of_an_earlier_one)
{
    g_auto(Place) first = {0};
    g_autofree char *second = NULL;
    g_autofree char *messages = NULL;

    place_init(&first, "class A { };");
    second = g_build_filename(first.directory, "second.mof", NULL);
    ck_assert(g_file_set_contents(second, "class B : A { };\nclass A { };", -1, NULL));
    ck_assert(!run((const char *const[]){first.file, second, NULL}, &messages));
    assert_contains(messages, "second.mof:2:7: class 'A' is already declared at");
    assert_contains(messages, "test.mof:2");
    g_unlink(second);
}
END_TEST

START_TEST(a_file_that_is_not_there_is_named)
{
    g_autofree char *messages = NULL;

    ck_assert(!run((const char *const[]){"/nonexistent/x.mof", NULL}, &messages));
    assert_contains(messages, "/nonexistent/x.mof");
}
END_TEST

START_TEST(nothing_is_written_when_something_is_wrong)
{
    g_auto(Place) place = {0};
    g_autofree char *messages = NULL;
    g_autofree char *output = NULL;

    place_init(&place, "class A : B { };");
    output = g_build_filename(place.directory, "out.c", NULL);
    ck_assert(!run((const char *const[]){"--output", output, place.file, NULL}, &messages));
    ck_assert(!g_file_test(output, G_FILE_TEST_EXISTS));
}
END_TEST

/* Cut anywhere, the text is refused or accepted, and never crashes the compiler. */
START_TEST(every_prefix_is_survived)
{
    const char text[] = "[Description(\"a\\x41\" \"b\") : Restricted] class A : B {\n"
                        "[Key] string S = 'x'; A REF R; uint8 N[4] = { 1, 0x2 };\n"
                        "sint8 M([In(false)] A REF P[], real32 Q); }; #pragma x (\"y\")";

    for (gsize length = _i; length < sizeof text; length += 16) {
        g_autofree char *cut = g_strndup(text, length);
        g_auto(Place) place = {0};
        g_autofree char *messages = NULL;

        place_init(&place, cut);
        run((const char *const[]){place.file, NULL}, &messages);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("mofc");
    TCase *tcase = tcase_create("mofc");

    tcase_add_loop_test(tcase, a_mistake_is_named_with_its_place, 0, G_N_ELEMENTS(mistakes));
    tcase_add_loop_test(tcase, good_text_is_accepted_in_silence, 0, G_N_ELEMENTS(accepted));
    tcase_add_test(tcase, a_later_file_uses_classes_of_an_earlier_one);
    tcase_add_test(tcase, a_file_that_is_not_there_is_named);
    tcase_add_test(tcase, nothing_is_written_when_something_is_wrong);
    tcase_add_loop_test(tcase, every_prefix_is_survived, 0, 16);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
