#include "orchestrator/job-record.h"

#include "orchestrator/job-fields.h"

void
drover_job_record_clear(DroverJobRecord *record)
{
    drover_fields_free_texts(&drover_job_fields, record);
    drover_fields_free_texts(&drover_option_fields, &record->options);
    g_clear_pointer(&record->failure, drover_failure_free);
    *record = (DroverJobRecord){0};
}

void
drover_job_record_copy(const DroverJobRecord *record, DroverJobRecord *copy)
{
    *copy = *record;
    drover_fields_dup_texts(&drover_job_fields, copy);
    drover_fields_dup_texts(&drover_option_fields, &copy->options);
    copy->failure = record->failure ? drover_failure_copy(record->failure) : NULL;
}
