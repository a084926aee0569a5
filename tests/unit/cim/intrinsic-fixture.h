/*
 * Intrinsic operations on the jobs of jobs-fixture.h over a socket, and what their answers must
 * look like.  Every answer is checked to be well-formed and to name the operation and the message.
 *
 * Thread:    the test's.
 * Source:    DSP0200 5.3.2, DSP0201 2.4.
 */
#pragma once

#include "tests/unit/cim/http-fixture.h"

/* For tcase_add_checked_fixture(): a server with four jobs. */
void intrinsic_start(void);
void intrinsic_start_with(const CimServerLimits *limits);
void intrinsic_stop(void);
Fixture *intrinsic_fixture(void);

/* The whole answer. */
Reply *call(const char *operation, const char *parameters);
/* Fails unless the answer has @expected. */
void assert_answer(const char *operation, const char *parameters, const char *expected);
/* Fails if the answer is an error or has @unexpected. */
void assert_lacks(const char *operation, const char *parameters, const char *unexpected);
/* Fails unless the answer is CIM error @code whose description has @words, and nothing else. */
void assert_refused(const char *operation, const char *parameters, int code, const char *words);
/* How often the answer, which is no error, has @part. */
guint occurrences(const char *operation, const char *parameters, const char *part);
guint occurrences_in(const char *text, const char *part);

/* clang-format off */
#define NAME(class_name, id) \
    "<IPARAMVALUE NAME=\"InstanceName\"><INSTANCENAME CLASSNAME=\"" class_name "\"><KEYBINDING NAME=\"InstanceID\">" \
    "<KEYVALUE VALUETYPE=\"string\" TYPE=\"string\">" id "</KEYVALUE></KEYBINDING></INSTANCENAME></IPARAMVALUE>"
#define CLASS(name) "<IPARAMVALUE NAME=\"ClassName\"><CLASSNAME NAME=\"" name "\"/></IPARAMVALUE>"
#define FLAG(name, value) "<IPARAMVALUE NAME=\"" name "\"><VALUE>" value "</VALUE></IPARAMVALUE>"
#define LIST(values) "<IPARAMVALUE NAME=\"PropertyList\"><VALUE.ARRAY>" values "</VALUE.ARRAY></IPARAMVALUE>"
#define TEXT(name, value) FLAG(name, value)
/* clang-format on */
