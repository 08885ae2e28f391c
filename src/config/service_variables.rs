//! The environment variables that Kubernetes sets in each pod for the services of its namespace.

/// Whether the name of an environment variable, after the prefix of settings, is one that Kubernetes sets for a service:
/// `.._SERVICE_HOST`, `.._SERVICE_PORT`, `.._PORT`, `.._PORT_80_TCP_ADDR`, ..
///
/// A service `sender-constraint-gate` sets `SENDER_CONSTRAINT_GATE_PORT` in every pod of its namespace. For a program that
/// refuses unknown variables as [`GuardConfig`](super::GuardConfig) does. This does not read the variable.
///
/// ```
/// use sender_constraint::config::is_service_variable;
///
/// assert!(is_service_variable("GATE_SERVICE_HOST"));
/// assert!(!is_service_variable("ORIGIN"));
/// ```
#[must_use]
pub fn is_service_variable(name: &str) -> bool {
    let parts: Vec<_> = name.split('_').collect();
    let is_port = |number: &str, protocol: &str| {
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        is_number && matches!(protocol, "SCTP" | "TCP" | "UDP")
    };
    match parts.as_slice() {
        [.., "SERVICE", "HOST"] | [.., "PORT"] => true,
        [.., "PORT", number, protocol] if is_port(number, protocol) => true,
        [.., "PORT", number, protocol, "ADDR" | "PROTO"] if is_port(number, protocol) => true,
        // A named port of the service follows.
        parts => parts.windows(2).any(|pair| pair == ["SERVICE", "PORT"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_services_are_left_out() {
        for name in [
            "PORT",
            "SERVICE_HOST",
            "SERVICE_PORT",
            "SERVICE_PORT_HTTPS",
            "CANARY_SERVICE_HOST",
            "CANARY_SERVICE_PORT",
            "CANARY_SERVICE_PORT_ADMIN_2",
            "GATE_PORT",
            "GATE_PORT_80_TCP",
            "GATE_PORT_80_TCP_ADDR",
            "GATE_PORT_80_TCP_PORT",
            "GATE_PORT_80_TCP_PROTO",
            "PORT_53_UDP",
            "PORT_9_SCTP_PROTO",
        ] {
            assert!(is_service_variable(name), "{name}");
        }
        for name in [
            "",
            "ORIGN",
            "SERVICE",
            "HOST",
            "ASERVICE_HOST",
            "SERVICE_HOSTS",
            "SERVICE_PORTS",
            "APORT",
            "PORT_80",
            "PORT__TCP",
            "PORT_8A_TCP",
            "PORT_80_ICMP",
            "PORT_80_TCP_HOST",
            "PORT_80_TCP_ADDR_A",
            "port",
        ] {
            assert!(!is_service_variable(name), "{name}");
        }
    }
}
