/* What holds for all views: names lead back to what they name; and associations between them. */
#include "tests/unit/orchestrator/scene.h"

#include "cim/traversal.h"
#include "configs/mof/schema.h"
#include "orchestrator/views.h"

static Scene *scene;
static CimRegistry *registry;
static DroverViews *views;
static char *job_id;

static void
set_up(void)
{
    scene = scene_new();
    views = drover_views_new(scene->service, &drover_schema);
    registry = cim_registry_new(&drover_schema);
    for (guint i = 0; drover_views_providers[i]; i++) {
        cim_registry_add_provider(registry, DROVER_NAMESPACE, drover_views_providers[i], views);
    }
    scene_slow_links(scene, 50);
    scene_add_guest(scene, "web", "alpha", 0);
    scene_add_guest(scene, "db", "alpha", 0);
    ck_assert_ptr_null(scene_try(scene, "web", "beta", 0, &job_id));
    scene_run(scene, 100);
    ck_assert_ptr_nonnull(job_id);
}

static void
tear_down(void)
{
    g_clear_pointer(&job_id, g_free);
    g_clear_pointer(&registry, cim_registry_free);
    g_clear_pointer(&views, drover_views_free);
    g_clear_pointer(&scene, scene_free);
}

static CimPath *
guest_path(const char *name)
{
    const DroverGuest *guest =
        drover_inventory_resolve_guest(drover_service_inventory(scene->service), name, NULL);
    g_autofree char *guid = drover_guid(guest->uuid);

    return drover_system_path(guid);
}

static CimPath *
job_path(const char *class_name)
{
    CimPath *path = cim_path_new(DROVER_NAMESPACE, class_name);

    cim_path_add_string_key(path, "InstanceID", job_id);
    return path;
}

static gboolean
note_path(const CimBinding *binding, gconstpointer object, gpointer user_data)
{
    g_ptr_array_add(user_data, cim_binding_path(binding, object, binding->name_space));
    return TRUE;
}

/* The paths of all that is at the other end. */
static GPtrArray *
others(const CimPath *path)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func((GDestroyNotify) cim_path_free);
    const CimTraversal traversal = {
        .registry = registry,
        .name_space = cim_registry_find_namespace(registry, DROVER_NAMESPACE),
        .path = path,
        .klass = cim_registry_find_class(registry, path->class_name),
        .association = cim_registry_find_class(registry, "CIM_AffectedJobElement"),
    };
    g_autoptr(GError) error = NULL;

    ck_assert_msg(cim_traversal_associators(&traversal, note_path, paths, &error), "%s",
                  error ? error->message : "");
    return g_steal_pointer(&paths);
}

static void
assert_leads_to(const CimPath *from, const CimPath *to)
{
    g_autoptr(GPtrArray) paths = others(from);

    ck_assert_uint_eq(paths->len, 1);
    ck_assert(cim_path_equal(paths->pdata[0], to));
}

START_TEST(a_job_leads_to_its_guest)
{
    g_autoptr(CimPath) job = job_path("Msvm_MigrationJob");
    g_autoptr(CimPath) by_base = job_path("CIM_ConcreteJob");
    g_autoptr(CimPath) guest = guest_path("web");

    assert_leads_to(job, guest);
    assert_leads_to(by_base, guest);
}
END_TEST

START_TEST(a_guest_leads_to_its_job)
{
    g_autoptr(CimPath) job = job_path("Msvm_MigrationJob");
    g_autoptr(CimPath) guest = guest_path("web");
    g_autoptr(CimPath) other = guest_path("db");
    g_autoptr(GPtrArray) none = others(other);

    assert_leads_to(guest, job);
    ck_assert_uint_eq(none->len, 0);
}
END_TEST

START_TEST(the_association_is_found_by_both_ends_only)
{
    const CimProvider *provider = &drover_affected_job_element_provider;
    g_autoptr(CimPath) path = cim_path_new(DROVER_NAMESPACE, "Msvm_AffectedJobElement");
    g_autoptr(CimPath) wrong = cim_path_new(DROVER_NAMESPACE, "Msvm_AffectedJobElement");
    CimValue value = {.type = CIM_TYPE_REFERENCE};

    cim_value_take_reference(&value, job_path("Msvm_MigrationJob"));
    cim_path_take_key(path, "AffectingElement", &value);
    value = (CimValue){.type = CIM_TYPE_REFERENCE};
    cim_value_take_reference(&value, job_path("Msvm_MigrationJob"));
    cim_path_take_key(wrong, "AffectingElement", &value);
    value = (CimValue){.type = CIM_TYPE_REFERENCE};
    cim_value_take_reference(&value, guest_path("web"));
    cim_path_take_key(path, "AffectedElement", &value);
    value = (CimValue){.type = CIM_TYPE_REFERENCE};
    cim_value_take_reference(&value, guest_path("db"));
    cim_path_take_key(wrong, "AffectedElement", &value);

    ck_assert_ptr_nonnull(provider->find(views, path));
    ck_assert_ptr_null(provider->find(views, wrong));
}
END_TEST

typedef struct {
    const CimBinding *binding;
    GPtrArray *paths;
} Listing;

static gboolean
list_path(gconstpointer object, gpointer user_data)
{
    const Listing *listing = user_data;

    g_ptr_array_add(listing->paths, cim_binding_path(listing->binding, object, DROVER_NAMESPACE));
    return TRUE;
}

/* Names lead back to what they name: clients that pull depend on it. */
START_TEST(every_instance_is_found_by_its_own_name)
{
    guint n = 0;

    for (guint i = 0; drover_views_providers[i]; i++) {
        g_autoptr(CimBinding) binding =
            cim_binding_new(&drover_schema, drover_views_providers[i], views);
        g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func((GDestroyNotify) cim_path_free);
        Listing listing = {binding, paths};

        binding->provider->enumerate(views, list_path, &listing);
        for (guint p = 0; p < paths->len; p++) {
            g_autofree char *name = cim_path_print(paths->pdata[p]);

            ck_assert_msg(cim_path_check(paths->pdata[p], binding->klass, NULL), "%s", name);
            ck_assert_msg(binding->provider->find(views, paths->pdata[p]) != NULL, "%s", name);
        }
        n += paths->len;
    }
    ck_assert_uint_ge(n, 10);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("views");
    TCase *tcase = tcase_create("views");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_job_leads_to_its_guest);
    tcase_add_test(tcase, a_guest_leads_to_its_job);
    tcase_add_test(tcase, the_association_is_found_by_both_ends_only);
    tcase_add_test(tcase, every_instance_is_found_by_its_own_name);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
