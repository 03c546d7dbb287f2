//! Prints the description of the API, for the outside checks in `tests/peers/openapi`.

use registry_core::api::description::Description;
use utoipa::OpenApi as _;

fn main() -> anyhow::Result<()> {
    println!("{}", Description::openapi().to_pretty_json()?);
    Ok(())
}
