//! Which profile the server follows, and what it publishes about itself.

use clap::Args;

#[derive(Args)]
#[command(next_help_heading = "Profile and metadata")]
pub(crate) struct Profile {
    #[arg(
        long,
        help = "Follow the FAPI 2.0 Security Profile, as the resource server of a\n\
                certification run; options that contradict it are refused"
    )]
    pub(crate) fapi2: bool,

    #[arg(
        long,
        help = "Publish what clients need before their first token (RFC 9728), for\n\
                the first --origin, and name its URL in challenges"
    )]
    pub(crate) metadata: bool,

    #[arg(
        long,
        help = "Behave as a server of the Model Context Protocol, whose URI is the\n\
                only --audience; plain bearer tokens are accepted, which anyone\n\
                who copies them can use, unless --fapi2 is set"
    )]
    pub(crate) mcp: bool,
}
