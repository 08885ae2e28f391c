//! The texts of the library name functions; here they name the settings that call these functions.

use super::shown::without_quotes;
use crate::config_error::ConfigError;

/// The text of the error, with settings in place of functions.
pub(super) fn in_settings(error: &ConfigError) -> String {
    SETTINGS.iter().fold(
        without_quotes(&error.to_string()),
        |text, (function, setting)| text.replace(function, setting),
    )
}

/// Longer ones first.
const SETTINGS: [(&str, &str); 9] = [
    (
        "configure `dpop(..)` or `mtls(..)`, or call `allow_unbound_tokens()`",
        "leave `dpop.off` out, or configure `mtls.source`, or set `policy.allow_unbound_tokens`",
    ),
    (
        "`Issuer::over_insecure_http` and `RemoteKeysBuilder::allow_insecure_http`",
        "`issuer.insecure_http`",
    ),
    (
        "`RemoteKeysBuilder::allow_insecure_http`",
        "`issuer.insecure_http`",
    ),
    ("`Dpop::over_insecure_http`", "`insecure_http_origin`"),
    (
        "use `RemoteKeysBuilder::lazy`",
        "set `tokens.start_without_keys`",
    ),
    (
        "`ignore_confirmation_member`",
        "`policy.ignore_confirmation_members`",
    ),
    ("cannot be in one `Dpop`", "cannot both be `origins`"),
    (
        "name the header that the proxy sets",
        "name the header that the proxy sets in `mtls.header`",
    ),
    (
        "the names are those of `HeaderFormat::name`",
        "`mtls.format` takes the names of `HeaderFormat`",
    ),
];
