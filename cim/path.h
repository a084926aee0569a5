/*
 * Object paths: names of namespaces, classes and instances.
 *
 * Forms:     WBEM URI (DSP0207, `//host/root/v2:Class.Key="x",N=1`), the untyped form that WMI
 * clients write (`\\HOST\root\v2:Class.Key="x"`, `Class.Key="x"`, `Class="x"`), and CIM-XML (in
 * cim/xml-*.h). Ownership: a path owns its strings and keys. Thread:    plain data. Source:
 * DSP0004 8.2, DSP0207.
 */
#pragma once

#include "cim/class.h"

typedef struct {
    char *name;     /* NULL: the single unnamed key of `Class="x"` */
    CimValue value; /* string, boolean, number (uint64/sint64/real64 until checked), datetime or
                       reference */
} CimKey;

struct _CimPath {
    char *host;       /* or NULL */
    char *name_space; /* "root/virtualization/v2", without leading slash, or NULL */
    char *class_name; /* or NULL: names a namespace */
    CimKey *keys;
    guint n_keys; /* 0: names a class (or a keyless instance) */
};

CimPath *cim_path_new(const char *name_space, const char *class_name);
void cim_path_free(CimPath *path);
CimPath *cim_path_copy(const CimPath *path);
void cim_path_add_string_key(CimPath *path, const char *name, const char *value); /* copies */
void cim_path_take_key(CimPath *path, const char *name, CimValue *value); /* moves @value in */
const CimValue *
cim_path_find_key(const CimPath *path, const char *name); /* any case; NULL: no such */
/* The key's text, NULL when there is none or it is no string. */
const char *cim_path_get_string_key(const CimPath *path, const char *name);
/* Same class and keys, in any order and case of names; host is ignored, so is a missing namespace.
 * Text is not compared with what it would mean: check both paths first, or neither. */
gboolean cim_path_equal(const CimPath *a, const CimPath *b);
/* Same keys, whatever the classes: how a superclass names the same object. */
gboolean cim_path_keys_equal(const CimPath *a, const CimPath *b);
guint cim_path_hash(const CimPath *path);
gboolean
cim_namespace_equal(const char *a, const char *b); /* any case, slashes at the ends ignored */

/* Accepts all forms above.  CIM_ERR_INVALID_PARAMETER says what is wrong and where. */
CimPath *cim_path_parse(const char *text, GError **error);
CimPath *cim_path_parse_length(const char *text, gsize length, GError **error);
/* WBEM URI: "//host/ns:Class.K=\"v\"" with what is known, keys in their order. */
char *cim_path_print(const CimPath *path);

/* Names the unnamed key, gives the keys the declared types, and refuses missing, unknown and wrong
 * keys with CIM_ERR_INVALID_PARAMETER.  Key names get the declared spelling.  A reference within a
 * reference stays text: its class is not known here. */
gboolean cim_path_check(CimPath *path, const CimClass *klass, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CimPath, cim_path_free)
