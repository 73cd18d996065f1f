//! What keeps the record of what happens, and what stops it.

/// Services that write down what happens.
pub(super) fn records(unit: &str) -> bool {
    const UNITS: [&str; 12] = [
        "auditd",
        "rsyslog",
        "syslog",
        "syslog-ng",
        "systemd-journald",
        "falco",
        "osqueryd",
        "wazuh-agent",
        "falcon-sensor",
        "auditbeat",
        "filebeat",
        "fluentd",
    ];
    let unit = unit.strip_suffix(".service").unwrap_or(unit);
    UNITS.contains(&unit)
}

/// Whether it stops the record of what happens, or removes it.
pub(super) fn stops_recording(name: &str, words: &[&str]) -> bool {
    let says = |text: &str| words.contains(&text);
    match name {
        "systemctl" => {
            ["stop", "disable", "mask", "kill"].iter().any(|verb| words.first() == Some(verb))
                && words.iter().any(|word| records(word))
        }
        "aws" => {
            let operation = words.get(1).copied().unwrap_or_default();
            match words.first().copied().unwrap_or_default() {
                "cloudtrail" => {
                    matches!(
                        operation,
                        "stop-logging" | "delete-trail" | "delete-event-data-store" | "put-event-selectors"
                    )
                }
                "guardduty" => matches!(
                    operation,
                    "delete-detector" | "disassociate-members" | "stop-monitoring-members"
                ),
                "configservice" => {
                    matches!(operation, "stop-configuration-recorder" | "delete-configuration-recorder")
                }
                "logs" => matches!(operation, "delete-log-group" | "delete-log-stream"),
                "ec2" => operation == "delete-flow-logs",
                _ => false,
            }
        }
        "gcloud" => says("logging") && (says("delete") || says("disable")),
        "az" => says("monitor") && says("delete") && (says("diagnostic-settings") || says("log-profiles")),
        _ => false,
    }
}
