/* What clients depend on in the compiled classes, whatever becomes of the MOF's text. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/check-main.h"

#include "configs/mof/schema.h"

static const CimClass *
find_class(const char *name)
{
    const CimClass *klass = cim_schema_find(&drover_schema, name);

    ck_assert_msg(klass != NULL, "no class '%s'", name);
    return klass;
}

static const CimProperty *
find_property(const char *class_name, const char *name)
{
    const CimProperty *property = cim_class_find_property(find_class(class_name), name);

    ck_assert_msg(property != NULL, "class '%s' has no property '%s'", class_name, name);
    return property;
}

static const CimMethod *
find_method(const char *class_name, const char *name)
{
    const CimMethod *method = cim_class_find_method(find_class(class_name), name);

    ck_assert_msg(method != NULL, "class '%s' has no method '%s'", class_name, name);
    return method;
}

/* --- facts ----------------------------------------------------------------------------------- */

/* clang-format off */
static const struct {
    const char *name;
    const char *superclasses; /* up to the root */
    const char *keys;
} classes[] = {
    { "Msvm_MigrationJob",
      "CIM_ConcreteJob CIM_Job CIM_LogicalElement CIM_ManagedSystemElement CIM_ManagedElement",
      "InstanceID" },
    { "Msvm_ConcreteJob",
      "CIM_ConcreteJob CIM_Job CIM_LogicalElement CIM_ManagedSystemElement CIM_ManagedElement",
      "InstanceID" },
    { "Msvm_Error", "CIM_Error", "" },
    { "Msvm_ComputerSystem",
      "CIM_ComputerSystem CIM_System CIM_EnabledLogicalElement CIM_LogicalElement "
      "CIM_ManagedSystemElement CIM_ManagedElement",
      "Name CreationClassName" },
    { "Msvm_PlannedComputerSystem",
      "CIM_ComputerSystem CIM_System CIM_EnabledLogicalElement CIM_LogicalElement "
      "CIM_ManagedSystemElement CIM_ManagedElement",
      "Name CreationClassName" },
    { "Msvm_VirtualSystemMigrationService",
      "CIM_VirtualSystemMigrationService CIM_Service CIM_EnabledLogicalElement CIM_LogicalElement "
      "CIM_ManagedSystemElement CIM_ManagedElement",
      "Name SystemCreationClassName SystemName CreationClassName" },
    { "Msvm_VirtualSystemMigrationServiceSettingData", "CIM_SettingData CIM_ManagedElement",
      "InstanceID" },
    { "Msvm_VirtualSystemMigrationSettingData",
      "CIM_VirtualSystemMigrationSettingData CIM_SettingData CIM_ManagedElement", "InstanceID" },
    { "Msvm_VirtualSystemMigrationNetworkSettingData", "CIM_SettingData CIM_ManagedElement",
      "InstanceID" },
    { "Msvm_VirtualSystemMigrationCapabilities",
      "CIM_VirtualSystemMigrationCapabilities CIM_Capabilities CIM_ManagedElement", "InstanceID" },
    { "Msvm_VirtualSystemSettingData",
      "CIM_VirtualSystemSettingData CIM_SettingData CIM_ManagedElement", "InstanceID" },
    { "Msvm_StorageAllocationSettingData",
      "CIM_StorageAllocationSettingData CIM_ResourceAllocationSettingData CIM_SettingData "
      "CIM_ManagedElement",
      "InstanceID" },
    { "Msvm_CompatibilityVector", "", "" },
    { "Msvm_MoveUnmanagedVhd", "", "" },
    { "Msvm_AffectedJobElement", "CIM_AffectedJobElement", "AffectedElement AffectingElement" },
    { "Msvm_OwningJobElement", "CIM_OwningJobElement", "OwningElement OwnedElement" },
    { "Msvm_ElementSettingData", "CIM_ElementSettingData", "ManagedElement SettingData" },
    { "Msvm_ElementCapabilities", "CIM_ElementCapabilities", "ManagedElement Capabilities" },
    { "Msvm_HostedService", "CIM_HostedService CIM_HostedDependency CIM_Dependency",
      "Antecedent Dependent" },
    { "Msvm_HostedDependency", "CIM_HostedDependency CIM_Dependency", "Antecedent Dependent" },
    { "Msvm_VirtualSystemMigrationServiceSettingDataComponent", "CIM_Component",
      "GroupComponent PartComponent" },
    { "Drover_MigrationStatistics", "CIM_ManagedElement", "InstanceID" },
    { "Drover_MigrationAttempt", "CIM_ManagedElement", "InstanceID Attempt" },
    { "Drover_HostState", "", "Name" },
    { "Drover_GuestState", "", "Name" },
    { "Drover_MigrationAdvisor", "CIM_ManagedElement", "InstanceID" },
    { "Drover_MigrationSettingData",
      "Msvm_VirtualSystemMigrationSettingData CIM_VirtualSystemMigrationSettingData CIM_SettingData "
      "CIM_ManagedElement",
      "InstanceID" },
};

static const struct {
    const char *class_name;
    const char *property;
    CimType type;
    gboolean is_array;
    const char *embedded; /* or the class of a reference */
} types[] = {
    { "Msvm_MigrationJob", "InstanceID", CIM_TYPE_STRING, FALSE, NULL },
    { "Msvm_MigrationJob", "OperationalStatus", CIM_TYPE_UINT16, TRUE, NULL },
    { "Msvm_MigrationJob", "StatusDescriptions", CIM_TYPE_STRING, TRUE, NULL },
    { "Msvm_MigrationJob", "JobState", CIM_TYPE_UINT16, FALSE, NULL },
    { "Msvm_MigrationJob", "JobStatus", CIM_TYPE_STRING, FALSE, NULL },
    { "Msvm_MigrationJob", "ErrorCode", CIM_TYPE_UINT16, FALSE, NULL },
    { "Msvm_MigrationJob", "ErrorDescription", CIM_TYPE_STRING, FALSE, NULL },
    { "Msvm_MigrationJob", "PercentComplete", CIM_TYPE_UINT16, FALSE, NULL },
    { "Msvm_MigrationJob", "ElapsedTime", CIM_TYPE_DATETIME, FALSE, NULL },
    { "Msvm_MigrationJob", "TimeBeforeRemoval", CIM_TYPE_DATETIME, FALSE, NULL },
    { "Msvm_MigrationJob", "Priority", CIM_TYPE_UINT32, FALSE, NULL },
    { "Msvm_MigrationJob", "JobRunTimes", CIM_TYPE_UINT32, FALSE, NULL },
    { "Msvm_MigrationJob", "RunMonth", CIM_TYPE_UINT8, FALSE, NULL },
    { "Msvm_MigrationJob", "RunDay", CIM_TYPE_SINT8, FALSE, NULL },
    { "Msvm_MigrationJob", "RunDayOfWeek", CIM_TYPE_SINT8, FALSE, NULL },
    { "Msvm_MigrationJob", "RecoveryAction", CIM_TYPE_UINT16, FALSE, NULL },
    { "Msvm_MigrationJob", "DeleteOnCompletion", CIM_TYPE_BOOLEAN, FALSE, NULL },
    { "Msvm_MigrationJob", "Cancellable", CIM_TYPE_BOOLEAN, FALSE, NULL },
    { "Msvm_MigrationJob", "MigrationType", CIM_TYPE_UINT16, FALSE, NULL },
    { "Msvm_MigrationJob", "VirtualSystemName", CIM_TYPE_STRING, FALSE, NULL },
    { "Msvm_MigrationJob", "DestinationHost", CIM_TYPE_STRING, FALSE, NULL },
    { "Msvm_MigrationJob", "NewSystemSettingData", CIM_TYPE_INSTANCE, FALSE,
      "Msvm_VirtualSystemSettingData" },
    { "Msvm_MigrationJob", "NewResourceSettingData", CIM_TYPE_INSTANCE, TRUE,
      "Msvm_StorageAllocationSettingData" },
    { "Msvm_Error", "CIMStatusCode", CIM_TYPE_UINT32, FALSE, NULL },
    { "Msvm_Error", "ProbableCause", CIM_TYPE_UINT16, FALSE, NULL },
    { "Msvm_Error", "MessageID", CIM_TYPE_STRING, FALSE, NULL },
    { "Msvm_Error", "MessageArguments", CIM_TYPE_STRING, TRUE, NULL },
    { "Msvm_Error", "RecommendedActions", CIM_TYPE_STRING, TRUE, NULL },
    { "Msvm_ComputerSystem", "EnabledState", CIM_TYPE_UINT16, FALSE, NULL },
    { "Msvm_ComputerSystem", "OnTimeInMilliseconds", CIM_TYPE_UINT64, FALSE, NULL },
    { "Msvm_VirtualSystemMigrationService", "ActiveVirtualSystemMigrationCount",
      CIM_TYPE_UINT32, FALSE, NULL },
    { "Msvm_VirtualSystemMigrationService", "MigrationServiceListenerIPAddressList",
      CIM_TYPE_STRING, TRUE, NULL },
    { "Msvm_VirtualSystemMigrationServiceSettingData", "EnableVirtualSystemMigration",
      CIM_TYPE_BOOLEAN, FALSE, NULL },
    { "Msvm_VirtualSystemMigrationServiceSettingData", "MaximumActiveVirtualSystemMigration",
      CIM_TYPE_UINT32, FALSE, NULL },
    { "Msvm_VirtualSystemMigrationServiceSettingData", "AuthenticationType",
      CIM_TYPE_UINT32, FALSE, NULL },
    { "Msvm_VirtualSystemMigrationSettingData", "MigrationType", CIM_TYPE_UINT16, FALSE, NULL },
    { "Msvm_VirtualSystemMigrationSettingData", "TransportType", CIM_TYPE_UINT16, FALSE, NULL },
    { "Msvm_VirtualSystemMigrationSettingData", "Bandwidth", CIM_TYPE_UINT16, FALSE, NULL },
    { "Msvm_VirtualSystemMigrationSettingData", "Priority", CIM_TYPE_UINT16, FALSE, NULL },
    { "Msvm_VirtualSystemMigrationSettingData", "DestinationIPAddressList",
      CIM_TYPE_STRING, TRUE, NULL },
    { "Msvm_VirtualSystemMigrationSettingData", "UnmanagedVhds", CIM_TYPE_INSTANCE, TRUE,
      "Msvm_MoveUnmanagedVhd" },
    { "Msvm_VirtualSystemMigrationNetworkSettingData", "PrefixLength", CIM_TYPE_UINT8, FALSE,
      NULL },
    { "Msvm_AffectedJobElement", "AffectingElement", CIM_TYPE_REFERENCE, FALSE, "CIM_Job" },
    { "Msvm_HostedService", "Dependent", CIM_TYPE_REFERENCE, FALSE, "CIM_Service" },
    { "Drover_MigrationStatistics", "MemoryDoneBytes", CIM_TYPE_UINT64, FALSE, NULL },
    { "Drover_MigrationStatistics", "EstimatedCompletion", CIM_TYPE_DATETIME, FALSE, NULL },
    { "Drover_MigrationStatistics", "EstimatedSecondsRemaining", CIM_TYPE_UINT32, FALSE, NULL },
    { "Drover_MigrationSettingData", "AlternativeHosts", CIM_TYPE_STRING, TRUE, NULL },
    { "Drover_MigrationSettingData", "MinimumRetryDelay", CIM_TYPE_UINT32, FALSE, NULL },
};

static const struct {
    const char *class_name;
    const char *property;
    gint64 value;
    const char *name;
} names[] = {
    { "Msvm_MigrationJob", "JobState", 2, "New" },
    { "Msvm_MigrationJob", "JobState", 3, "Starting" },
    { "Msvm_MigrationJob", "JobState", 4, "Running" },
    { "Msvm_MigrationJob", "JobState", 5, "Suspended" },
    { "Msvm_MigrationJob", "JobState", 6, "Shutting Down" },
    { "Msvm_MigrationJob", "JobState", 7, "Completed" },
    { "Msvm_MigrationJob", "JobState", 8, "Terminated" },
    { "Msvm_MigrationJob", "JobState", 9, "Killed" },
    { "Msvm_MigrationJob", "JobState", 10, "Exception" },
    { "Msvm_MigrationJob", "JobState", 12, "Query Pending" },
    { "Msvm_MigrationJob", "JobState", 32768, "Completed with Warnings" },
    { "CIM_ConcreteJob", "JobState", 32768, "Vendor Reserved" },
    { "Msvm_MigrationJob", "OperationalStatus", 2, "OK" },
    { "Msvm_MigrationJob", "OperationalStatus", 13, "Lost Communication" },
    { "Msvm_MigrationJob", "OperationalStatus", 17, "Completed" },
    { "Msvm_MigrationJob", "JobType", 300, "Creating Remote Virtual Machine" },
    { "Msvm_MigrationJob", "JobType", 305, "Moving Virtual Machine" },
    { "Msvm_MigrationJob", "JobType", 307, "Moving Storage" },
    { "Msvm_MigrationJob", "JobType", 308, NULL },
    { "Msvm_MigrationJob", "MigrationType", 32768, "VirtualSystem" },
    { "Msvm_MigrationJob", "MigrationType", 32771, "VirtualSystemAndStorage" },
    { "Msvm_MigrationJob", "RecoveryAction", 4, "Re-run Job" },
    { "Msvm_ConcreteJob", "JobType", 141, "Realizing Virtual Machine" },
    { "Msvm_ConcreteJob", "JobType", 260, "Mount or Dismount Assignable Device" },
    { "Msvm_Error", "ErrorType", 10, "Unsupported Operation Error" },
    { "Msvm_Error", "PerceivedSeverity", 5, "Major" },
    { "Msvm_Error", "PerceivedSeverity", 7, "Fatal/NonRecoverable" },
    { "Msvm_Error", "ProbableCause", 5, "Connection Establishment Error" },
    { "Msvm_Error", "ProbableCause", 33, "Out of Memory" },
    { "Msvm_Error", "ProbableCause", 58, "Version Mismatch" },
    { "Msvm_Error", "ProbableCause", 65, "Unauthorized Access" },
    { "Msvm_Error", "ProbableCause", 79, "Identifier Duplication" },
    { "Msvm_Error", "ProbableCause", 111, "Timeout" },
    { "Msvm_Error", "ProbableCause", 130, "Unexpected Information" },
    { "Msvm_Error", "CIMStatusCode", 1, "CIM_ERR_FAILED" },
    { "Msvm_Error", "CIMStatusCode", 20, "CIM_ERR_NAMESPACE_NOT_EMPTY" },
    { "Msvm_Error", "CIMStatusCode", 29, "CIM_ERR_QUERY_FEATURE_NOT_SUPPORTED" },
    { "Msvm_ComputerSystem", "EnabledState", 9, "Quiesce" },
    { "Msvm_ComputerSystem", "EnabledState", 32776, "Pausing" },
    { "Msvm_ComputerSystem", "OperationalStatus", 32774, "Migrating Virtual Machine" },
    { "Msvm_VirtualSystemMigrationSettingData", "MigrationType", 2, "Live" },
    { "Msvm_VirtualSystemMigrationSettingData", "MigrationType", 32770, "Staged" },
    { "CIM_VirtualSystemMigrationSettingData", "MigrationType", 32770, "Vendor Reserved" },
    { "Msvm_VirtualSystemMigrationSettingData", "TransportType", 5, "TCP" },
    { "Msvm_VirtualSystemMigrationSettingData", "TransportType", 32768, "SMB" },
    { "Msvm_VirtualSystemMigrationCapabilities", "AsynchronousMethodsSupported", 32768,
      "CheckVirtualSystemIsMigratableSupported" },
    { "Msvm_VirtualSystemMigrationCapabilities", "SynchronousMethodsSupported", 4,
      "CheckVirtualSystemIsMigratableToHostSupported" },
    { "Msvm_AffectedJobElement", "ElementEffects", 2, "Exclusive Use" },
};

static const struct {
    const char *class_name;
    const char *method;
    gint64 value;
    const char *name;
} codes[] = {
    { "CIM_ConcreteJob", "GetError", 2, "Unspecified Error" },
    { "CIM_ConcreteJob", "GetError", 5, "Invalid Parameter" },
    { "CIM_ConcreteJob", "GetError", 6, "Access Denied" },
    { "CIM_ConcreteJob", "RequestStateChange", 6, "In Use" },
    { "CIM_ConcreteJob", "RequestStateChange", 4097, "Invalid State Transition" },
    { "CIM_ConcreteJob", "RequestStateChange", 4098, "Use of Timeout Parameter Not Supported" },
    { "CIM_ConcreteJob", "KillJob", 7, "Not Found" },
    { "Msvm_ConcreteJob", "RequestStateChange", 4097, "Invalid State Transition" },
    { "Msvm_ConcreteJob", "GetErrorEx", 32768, "Failed" },
    { "Msvm_MigrationJob", "GetError", 0, "Completed with No Error" },
    { "Msvm_MigrationJob", "GetError", 32771, "Status is unknown" },
    { "Msvm_MigrationJob", "GetError", 6, NULL },
    { "Msvm_MigrationJob", "GetErrorEx", 32778, "Out of memory" },
    { "Msvm_MigrationJob", "RequestStateChange", 32775, "Invalid state for this operation" },
    { "Msvm_MigrationJob", "RequestStateChange", 4098, "Use of Timeout Parameter Not Supported" },
    { "Msvm_MigrationJob", "RequestStateChange", 4096, NULL },
    { "Msvm_MigrationJob", "KillJob", 32770, "Not Supported" },
    { "CIM_VirtualSystemMigrationService", "MigrateVirtualSystemToHost", 4, "Invalid Parameter" },
    { "Msvm_VirtualSystemMigrationService", "MigrateVirtualSystemToHost", 0, NULL },
    { "Msvm_VirtualSystemMigrationService", "MigrateVirtualSystemToHost", 4096,
      "Method Parameters Checked - Job Started" },
    { "Msvm_VirtualSystemMigrationService", "MigrateVirtualSystemToHost", 32769, "Access Denied" },
    { "Msvm_VirtualSystemMigrationService", "MigrateVirtualSystemToHost", 32774,
      "System is in use" },
    { "Msvm_VirtualSystemMigrationService", "MigrateVirtualSystemToSystem", 32773,
      "Invalid parameter" },
    { "Msvm_VirtualSystemMigrationService", "CheckVirtualSystemIsMigratableToHost", 6,
      "Incompatible Parameters" },
    { "Msvm_VirtualSystemMigrationService", "CheckSystemCompatibilityInfo", 32784,
      "Not compatible" },
    { "Msvm_VirtualSystemMigrationService", "ModifyServiceSettings", 32773, "Invalid parameter" },
    { "Msvm_VirtualSystemMigrationService", "StopService", 1, "Not Supported" },
    { "Msvm_ComputerSystem", "RequestStateChange", 32775, "Invalid state for this operation" },
};

static const struct {
    const char *class_name;
    const char *signature;
} methods[] = {
    { "CIM_ConcreteJob", "GetError(out CIM_Error Error)" },
    { "CIM_ConcreteJob", "RequestStateChange(in uint16 RequestedState, in datetime TimeoutPeriod)" },
    { "CIM_ConcreteJob", "KillJob(in boolean DeleteOnKill)" },
    { "Msvm_ConcreteJob", "GetError(out Msvm_Error Error)" },
    { "Msvm_ConcreteJob", "GetErrorEx(out Msvm_Error Errors[])" },
    { "Msvm_MigrationJob", "GetError(out Msvm_Error Error)" },
    { "Msvm_MigrationJob", "GetErrorEx(out Msvm_Error Errors[])" },
    { "Msvm_MigrationJob",
      "RequestStateChange(in uint16 RequestedState, in datetime TimeoutPeriod)" },
    { "Msvm_MigrationJob", "KillJob(in boolean DeleteOnKill)" },
    { "Msvm_ComputerSystem",
      "RequestStateChange(in uint16 RequestedState, out CIM_ConcreteJob REF Job, "
      "in datetime TimeoutPeriod)" },
    { "Msvm_VirtualSystemMigrationService",
      "MigrateVirtualSystemToHost(in CIM_ComputerSystem REF ComputerSystem, "
      "in string DestinationHost, in Msvm_VirtualSystemMigrationSettingData MigrationSettingData, "
      "in Msvm_VirtualSystemSettingData NewSystemSettingData, "
      "in CIM_ResourceAllocationSettingData NewResourceSettingData[], "
      "out CIM_ConcreteJob REF Job)" },
    { "Msvm_VirtualSystemMigrationService",
      "MigrateVirtualSystemToSystem(in CIM_ComputerSystem REF ComputerSystem, "
      "in CIM_System REF DestinationSystem, "
      "in Msvm_VirtualSystemMigrationSettingData MigrationSettingData, "
      "in Msvm_VirtualSystemSettingData NewSystemSettingData, "
      "in CIM_ResourceAllocationSettingData NewResourceSettingData[], "
      "out CIM_ComputerSystem REF NewComputerSystem, out CIM_ConcreteJob REF Job)" },
    { "Msvm_VirtualSystemMigrationService",
      "CheckVirtualSystemIsMigratableToHost(in CIM_ComputerSystem REF ComputerSystem, "
      "in string DestinationHost, in CIM_VirtualSystemMigrationSettingData MigrationSettingData, "
      "in CIM_VirtualSystemSettingData NewSystemSettingData, "
      "in CIM_ResourceAllocationSettingData NewResourceSettingData[], "
      "out boolean IsMigratable)" },
    { "Msvm_VirtualSystemMigrationService",
      "CheckVirtualSystemIsMigratableToSystem(in CIM_ComputerSystem REF ComputerSystem, "
      "in CIM_System REF DestinationSystem, "
      "in CIM_VirtualSystemMigrationSettingData MigrationSettingData, "
      "in CIM_VirtualSystemSettingData NewSystemSettingData, "
      "in CIM_ResourceAllocationSettingData NewResourceSettingData[], "
      "out boolean IsMigratable)" },
    { "Msvm_VirtualSystemMigrationService",
      "GetSystemCompatibilityInfo(in CIM_ComputerSystem REF ComputerSystem, "
      "out uint8 CompatibilityInfo[])" },
    { "Msvm_VirtualSystemMigrationService",
      "CheckSystemCompatibilityInfo(in uint8 CompatibilityInfo[], out Msvm_Error Reasons[])" },
    { "Msvm_VirtualSystemMigrationService",
      "GetSystemCompatibilityVectors(in CIM_ComputerSystem REF ComputerSystem, "
      "out Msvm_CompatibilityVector CompatibilityVectors[])" },
    { "Msvm_VirtualSystemMigrationService",
      "ModifyServiceSettings("
      "in Msvm_VirtualSystemMigrationServiceSettingData ServiceSettingData, "
      "out CIM_ConcreteJob REF Job)" },
    { "Msvm_VirtualSystemMigrationService",
      "RemoveNetworkSettings("
      "in Msvm_VirtualSystemMigrationNetworkSettingData REF NetworkSettings[], "
      "out CIM_ConcreteJob REF Job)" },
    { "Drover_MigrationAdvisor",
      "static Check(in CIM_ComputerSystem REF ComputerSystem, in string DestinationHost, "
      "in Msvm_VirtualSystemMigrationSettingData MigrationSettingData, "
      "in Msvm_VirtualSystemSettingData NewSystemSettingData, "
      "in CIM_ResourceAllocationSettingData NewResourceSettingData[], "
      "out Msvm_Error Reasons[])" },
};

static const struct {
    const char *class_name;
    const char *property;
    const char *value;
} defaults[] = {
    { "Msvm_MigrationJob", "TimeBeforeRemoval", "00000000000500.000000:000" },
    { "Msvm_MigrationJob", "JobRunTimes", "1" },
    { "Msvm_MigrationJob", "PercentComplete", NULL },
    { "Msvm_ComputerSystem", "EnabledState", "5" },
    { "Msvm_ComputerSystem", "RequestedState", "12" },
    { "Msvm_Error", "ErrorSourceFormat", "0" },
    { "Msvm_VirtualSystemMigrationServiceSettingData", "EnableCompression", "TRUE" },
    { "Msvm_VirtualSystemMigrationServiceSettingData", "EnableSmbTransport", "FALSE" },
};

static const struct {
    const char *class_name;
    const char *property;
    guint flags;
} flags[] = {
    { "Msvm_MigrationJob", "InstanceID", CIM_PROPERTY_KEY | CIM_PROPERTY_READ },
    { "CIM_ManagedElement", "InstanceID", CIM_PROPERTY_READ },
    { "Msvm_MigrationJob", "JobState", CIM_PROPERTY_READ },
    { "Msvm_MigrationJob", "Name", CIM_PROPERTY_READ | CIM_PROPERTY_REQUIRED },
    { "Msvm_MigrationJob", "TimeBeforeRemoval",
      CIM_PROPERTY_READ | CIM_PROPERTY_WRITE | CIM_PROPERTY_REQUIRED },
    { "CIM_Job", "ScheduledStartTime",
      CIM_PROPERTY_READ | CIM_PROPERTY_WRITE | CIM_PROPERTY_DEPRECATED },
    { "Msvm_Error", "MessageID", CIM_PROPERTY_READ | CIM_PROPERTY_REQUIRED },
    { "Msvm_VirtualSystemMigrationSettingData", "MigrationType",
      CIM_PROPERTY_READ | CIM_PROPERTY_WRITE },
};
/* clang-format on */

START_TEST(a_class_has_its_place_and_its_keys)
{
    const CimClass *klass = find_class(classes[_i].name);
    g_autoptr(GString) superclasses = g_string_new(NULL);
    g_autoptr(GString) keys = g_string_new(NULL);

    for (const CimClass *up = klass->superclass; up; up = up->superclass)
        g_string_append_printf(superclasses, "%s%s", superclasses->len ? " " : "", up->name);
    for (guint i = 0; i < klass->n_keys; i++)
        g_string_append_printf(keys, "%s%s", i ? " " : "",
                               klass->properties[klass->key_indices[i]].name);
    ck_assert_str_eq(superclasses->str, classes[_i].superclasses);
    ck_assert_str_eq(keys->str, classes[_i].keys);
    ck_assert(!klass->is_abstract);
}
END_TEST

START_TEST(a_migration_job_is_no_msvm_concrete_job)
{
    ck_assert(!cim_class_is_a(find_class("Msvm_MigrationJob"), "Msvm_ConcreteJob"));
    ck_assert(find_class("CIM_ConcreteJob")->is_abstract);
}
END_TEST

START_TEST(kinds_of_classes_are_told_apart)
{
    ck_assert(find_class("Msvm_Error")->is_indication);
    ck_assert(!find_class("Msvm_MigrationJob")->is_indication);
    ck_assert(find_class("Msvm_OwningJobElement")->is_association);
    ck_assert(!find_class("Msvm_ComputerSystem")->is_association);
}
END_TEST

START_TEST(a_property_has_its_type)
{
    const CimProperty *property = find_property(types[_i].class_name, types[_i].property);

    ck_assert_msg(property->type == types[_i].type, "%s.%s is a %s", types[_i].class_name,
                  types[_i].property, cim_type_name(property->type));
    ck_assert_int_eq(property->is_array, types[_i].is_array);
    ck_assert_pstr_eq(property->class_name, types[_i].embedded);
}
END_TEST

START_TEST(a_value_has_its_name)
{
    const CimProperty *property = find_property(names[_i].class_name, names[_i].property);

    ck_assert_pstr_eq(cim_property_value_name(property, names[_i].value), names[_i].name);
}
END_TEST

START_TEST(a_return_code_has_its_name)
{
    const CimMethod *method = find_method(codes[_i].class_name, codes[_i].method);

    ck_assert_pstr_eq(cim_method_value_name(method, codes[_i].value), codes[_i].name);
}
END_TEST

static void
append_parameter(GString *text, const CimParameter *parameter)
{
    const char *type =
        parameter->class_name ? parameter->class_name : cim_type_name(parameter->type);

    g_string_append(text, parameter->is_in ? "in " : "");
    g_string_append(text, parameter->is_out ? "out " : "");
    g_string_append_printf(text, "%s %s%s%s", type,
                           parameter->type == CIM_TYPE_REFERENCE ? "REF " : "", parameter->name,
                           parameter->is_array ? "[]" : "");
}

/* (transfer full) */
static char *
signature_of(const CimMethod *method)
{
    GString *text = g_string_new(method->is_static ? "static " : "");

    g_string_append_printf(text, "%s(", method->name);
    for (guint i = 0; i < method->n_parameters; i++) {
        g_string_append(text, i ? ", " : "");
        append_parameter(text, &method->parameters[i]);
    }
    g_string_append_c(text, ')');
    return g_string_free(text, FALSE);
}

START_TEST(a_method_has_its_signature)
{
    const char *signature = methods[_i].signature;
    const char *name =
        g_str_has_prefix(signature, "static ") ? strchr(signature, ' ') + 1 : signature;
    g_autofree char *method_name = g_strndup(name, strcspn(name, "("));
    const CimMethod *method = find_method(methods[_i].class_name, method_name);
    g_autofree char *found = signature_of(method);

    ck_assert_str_eq(found, signature);
    ck_assert_int_eq(method->return_type, CIM_TYPE_UINT32);
}
END_TEST

START_TEST(a_property_has_its_default)
{
    const CimProperty *property = find_property(defaults[_i].class_name, defaults[_i].property);

    ck_assert_pstr_eq(property->default_value, defaults[_i].value);
}
END_TEST

START_TEST(a_property_says_what_may_be_done_with_it)
{
    const CimProperty *property = find_property(flags[_i].class_name, flags[_i].property);

    ck_assert_uint_eq(property->flags, flags[_i].flags);
}
END_TEST

START_TEST(statistics_tell_their_units)
{
    const CimProperty *property = find_property("Drover_MigrationStatistics", "MemoryTotalBytes");

    ck_assert_str_eq(cim_qualifier_text(property->qualifiers, property->n_qualifiers, "Units"),
                     "Bytes");
}
END_TEST

/* --- what holds for every class -------------------------------------------------------------- */

static void
check_description(const CimQualifier *qualifiers,
                  guint n,
                  const char *class_name,
                  const char *name,
                  const char *parameter)
{
    const char *text = cim_qualifier_text(qualifiers, n, "Description");

    ck_assert_msg(text && g_str_has_suffix(text, "."), "%s.%s(%s) has no description", class_name,
                  name, parameter);
}

static void
check_value_map(const char *const *map, const char *const *values, const char *name)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    if (!map && !values)
        return;
    ck_assert_msg(map && values, "%s has only one of ValueMap and Values", name);
    ck_assert_msg(g_strv_length((char **) map) == g_strv_length((char **) values),
                  "%s: ValueMap and Values differ in length", name);
    for (guint i = 0; map[i]; i++)
        ck_assert_msg(g_hash_table_add(seen, (char *) map[i]), "%s: value %s is there twice", name,
                      map[i]);
}

/* A range that swallows a value of its own would give it the wrong name. */
static void
check_ranges(const CimProperty *property)
{
    for (guint i = 0; property->value_map && property->value_map[i]; i++) {
        guint64 value;

        if (g_ascii_string_to_unsigned(property->value_map[i], 10, 0, G_MAXINT64, &value, NULL))
            ck_assert_str_eq(cim_property_value_name(property, (gint64) value),
                             property->value_names[i]);
    }
}

static void
check_class_name(CimType type, const char *class_name, const char *name)
{
    ck_assert_msg(type != CIM_TYPE_REFERENCE || class_name, "%s refers to nothing", name);
    ck_assert_msg(!class_name || cim_schema_find(&drover_schema, class_name),
                  "%s names class '%s', which does not exist", name, class_name);
}

static const CimClass *
class_at(int index)
{
    return drover_schema.classes[index];
}

START_TEST(everything_is_described)
{
    const CimClass *klass = class_at(_i);

    check_description(klass->qualifiers, klass->n_qualifiers, klass->name, "", "");
    for (guint i = 0; i < klass->n_properties; i++)
        check_description(klass->properties[i].qualifiers, klass->properties[i].n_qualifiers,
                          klass->name, klass->properties[i].name, "");
    for (guint i = 0; i < klass->n_methods; i++) {
        const CimMethod *method = &klass->methods[i];

        check_description(method->qualifiers, method->n_qualifiers, klass->name, method->name, "");
        for (guint j = 0; j < method->n_parameters; j++)
            check_description(method->parameters[j].qualifiers, method->parameters[j].n_qualifiers,
                              klass->name, method->name, method->parameters[j].name);
    }
}
END_TEST

START_TEST(every_value_map_has_its_names)
{
    const CimClass *klass = class_at(_i);

    for (guint i = 0; i < klass->n_properties; i++) {
        const CimProperty *property = &klass->properties[i];

        check_value_map(property->value_map, property->value_names, property->name);
        check_ranges(property);
    }
    for (guint i = 0; i < klass->n_methods; i++) {
        const CimMethod *method = &klass->methods[i];

        check_value_map(method->value_map, method->value_names, method->name);
        ck_assert_msg(method->value_map != NULL, "%s.%s does not name its return codes",
                      klass->name, method->name);
        for (guint j = 0; j < method->n_parameters; j++)
            check_value_map(method->parameters[j].value_map, method->parameters[j].value_names,
                            method->parameters[j].name);
    }
}
END_TEST

START_TEST(every_class_that_is_named_exists)
{
    const CimClass *klass = class_at(_i);

    for (guint i = 0; i < klass->n_properties; i++)
        check_class_name(klass->properties[i].type, klass->properties[i].class_name,
                         klass->properties[i].name);
    for (guint i = 0; i < klass->n_methods; i++)
        for (guint j = 0; j < klass->methods[i].n_parameters; j++) {
            const CimParameter *parameter = &klass->methods[i].parameters[j];

            check_class_name(parameter->type, parameter->class_name, parameter->name);
            ck_assert(parameter->is_in || parameter->is_out);
        }
}
END_TEST

/* Without keys there are no paths: fine for what is embedded only. */
START_TEST(what_can_have_instances_has_a_key)
{
    static const char *const embedded[] = {"CIM_Error", "Msvm_Error", "Msvm_CompatibilityVector",
                                           "Msvm_MoveUnmanagedVhd", NULL};
    const CimClass *klass = class_at(_i);

    if (!klass->is_abstract)
        ck_assert_msg((klass->n_keys == 0) == g_strv_contains(embedded, klass->name),
                      "class '%s' has %u keys", klass->name, klass->n_keys);
}
END_TEST

static void
add_tests_of_all_classes(TCase *tc)
{
    int n = (int) drover_schema.n_classes;

    tcase_add_loop_test(tc, everything_is_described, 0, n);
    tcase_add_loop_test(tc, every_value_map_has_its_names, 0, n);
    tcase_add_loop_test(tc, every_class_that_is_named_exists, 0, n);
    tcase_add_loop_test(tc, what_can_have_instances_has_a_key, 0, n);
}

int
main(void)
{
    Suite *suite = suite_create("schema");
    TCase *tc = tcase_create("facts");
    TCase *all = tcase_create("all classes");

    tcase_add_loop_test(tc, a_class_has_its_place_and_its_keys, 0, G_N_ELEMENTS(classes));
    tcase_add_test(tc, a_migration_job_is_no_msvm_concrete_job);
    tcase_add_test(tc, kinds_of_classes_are_told_apart);
    tcase_add_loop_test(tc, a_property_has_its_type, 0, G_N_ELEMENTS(types));
    tcase_add_loop_test(tc, a_value_has_its_name, 0, G_N_ELEMENTS(names));
    tcase_add_loop_test(tc, a_return_code_has_its_name, 0, G_N_ELEMENTS(codes));
    tcase_add_loop_test(tc, a_method_has_its_signature, 0, G_N_ELEMENTS(methods));
    tcase_add_loop_test(tc, a_property_has_its_default, 0, G_N_ELEMENTS(defaults));
    tcase_add_loop_test(tc, a_property_says_what_may_be_done_with_it, 0, G_N_ELEMENTS(flags));
    tcase_add_test(tc, statistics_tell_their_units);
    suite_add_tcase(suite, tc);
    add_tests_of_all_classes(all);
    suite_add_tcase(suite, all);
    return run_tap(suite);
}
