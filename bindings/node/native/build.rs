//! Lets the linker leave to Node what Node brings along.

fn main() {
    napi_build::setup();
}
