//! All options, and how they are read.

use std::ffi::{OsStr, OsString};

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgGroup, CommandFactory as _, FromArgMatches as _, Parser};

use super::authorization_server::AuthorizationServer;
use super::certificates::ClientCertificates;
use super::concealed::{Values, concealed};
use super::introspect::Introspect;
use super::output::{Development, Log};
use super::profile::Profile;
use super::proofs::{DpopNonces, Proofs, SharedState};
use super::requirements::Requirements;
use super::server::{BEHIND_A_PROXY, Server};
use super::variables::{Variables, misspelt, named, variable};

/// The command line.
#[derive(Parser)]
#[command(name = "resource_server", version, about = ABOUT, long_about = None, after_help = ENVIRONMENT)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) server: Server,
    #[command(flatten)]
    pub(crate) issuers: AuthorizationServer,
    #[command(flatten)]
    pub(crate) introspection: Introspect,
    #[command(flatten)]
    pub(crate) proofs: Proofs,
    #[command(flatten)]
    pub(crate) nonces: DpopNonces,
    #[command(flatten)]
    pub(crate) shared: SharedState,
    #[command(flatten)]
    pub(crate) certificates: ClientCertificates,
    #[command(flatten)]
    pub(crate) requirements: Requirements,
    #[command(flatten)]
    pub(crate) profile: Profile,
    #[command(flatten)]
    pub(crate) log: Log,
    #[command(flatten)]
    pub(crate) development: Development,
    #[arg(skip)]
    pub(crate) variables: Variables,
    #[arg(skip)]
    values: Values,
}

impl Options {
    /// The options of this process. An error ends it with status 2.
    pub(crate) fn of_process() -> Self {
        let options = Self::read_with(std::env::args_os(), std::env::vars_os());
        options.unwrap_or_else(|error| error.exit())
    }

    /// The options of these arguments. A misspelt one of `variables` is refused.
    pub(crate) fn read_with<A: Into<OsString> + Clone>(
        arguments: impl IntoIterator<Item = A>,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, clap::Error> {
        let options = Self::read(arguments);
        // What is missing may be in a misspelt variable.
        let is_missing = |error: &clap::Error| error.kind() == ErrorKind::MissingRequiredArgument;
        if options.as_ref().is_err_and(|error| !is_missing(error)) {
            return options;
        }
        let mut command = Self::command_with_environment();
        match misspelt(&command, variables) {
            Some(misspelt) => Err(command.error(ErrorKind::UnknownArgument, misspelt)),
            None => options,
        }
    }

    /// The first argument is the program.
    pub(crate) fn read<A>(arguments: impl IntoIterator<Item = A>) -> Result<Self, clap::Error>
    where
        A: Into<OsString> + Clone,
    {
        let mut command = Self::command_with_environment();
        let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
        let matches = command.try_get_matches_from_mut(&arguments);
        let matches = matches.map_err(|error| {
            let error = named(error, &arguments, &mut command);
            concealed(error, &arguments, &mut command)
        })?;
        let mut options = Self::from_arg_matches(&matches)?;
        options.variables = Variables::used(&command, &matches);
        options.values = Values::given(&command, &matches);
        Ok(options)
    }

    /// The text of an error: with the variables that were used, and without values that may be secrets.
    pub(crate) fn described(&self, error: &str) -> String {
        self.variables.name_in(&self.values.conceal_in(error))
    }

    /// Every option has an environment variable; one table in the help names them all.
    pub(crate) fn command_with_environment() -> clap::Command {
        // What a trusted peer is trusted with.
        let group = ArgGroup::new(BEHIND_A_PROXY).args(["forwarded", "forwarded_cert"]);
        let command = Self::command().group(group.multiple(true));
        command.mut_args(|option| {
            let Some(name) = option.get_long() else {
                return option;
            };
            let variable = OsString::from(variable(name));
            match std::env::var_os(&variable) {
                Some(value) if Self::is_off(&option, &value) => option,
                _ => option.env(variable).hide_env(true),
            }
        })
    }

    /// Whether the value of an environment variable is that of an absent option: empty, as compose files set it, or `false`.
    pub(crate) fn is_off(option: &Arg, value: &OsStr) -> bool {
        let is_flag = matches!(option.get_action(), ArgAction::SetTrue);
        value.is_empty() || (is_flag && (value == "false" || value == "0"))
    }
}

const ABOUT: &str = "\
Verifies access tokens and their sender on every request, and responds with what it found.
Tokens must be bound to a key (DPoP) or, with --tls-cert or --forwarded-cert, to a certificate.";
const ENVIRONMENT: &str = "\
Environment:
  RESOURCE_SERVER_<OPTION>  any option, in capitals: RESOURCE_SERVER_PROOF_ALGS=ES256. Values of an
                            option that may be repeated are separated by spaces
  RUST_LOG                  what is logged, instead of -v and -q: info,sender_constraint=debug
  NO_COLOR                  no colors in the log

Try: resource_server --issuer https://as.example.com --audience https://api.example.com \\
       --origin http://127.0.0.1:9300 --explain";
