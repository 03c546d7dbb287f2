//! Prints the description of the API, for the outside checks in `tests/peers/openapi`.

use std::io::Write as _;

use registry_core::api::description::Description;
use utoipa::OpenApi as _;

fn main() -> anyhow::Result<()> {
    let description = Description::openapi().to_pretty_json()?;
    Ok(writeln!(std::io::stdout(), "{description}")?)
}
