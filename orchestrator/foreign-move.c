#include "orchestrator/foreign-move.h"

typedef struct {
    const DroverGuest *incoming;
    gboolean ours;
} Search;

/* A job that began before the copy was made and ended after it: the copy is its remainder, which
 * libvirt has yet to clear away. */
static gboolean
compare_with_job(DroverJob *job, gpointer user_data)
{
    Search *search = user_data;
    const DroverJobRecord *record = &job->record;

    search->ours = g_str_equal(record->guest_uuid, search->incoming->uuid) &&
                   g_strcmp0(record->destination, search->incoming->host->name) == 0 &&
                   record->finished_us >= search->incoming->since_us;
    return !search->ours;
}

const DroverGuest *
drover_foreign_move_find(DroverInventory *inventory, DroverJobs *jobs, const char *guest_uuid)
{
    Search search = {drover_inventory_find_incoming(inventory, guest_uuid), FALSE};
    const DroverJob *active = drover_jobs_find_active(jobs, guest_uuid);

    if (!search.incoming || (active && drover_stage_info(active->record.stage)->holds_slots)) {
        return NULL;
    }
    drover_jobs_each(jobs, compare_with_job, &search);
    return search.ours ? NULL : search.incoming;
}
