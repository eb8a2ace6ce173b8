//! Has the server built anew when the phone app that it embeds was.

fn main() {
    // A folder that is not there would have this script run at every build.
    let _ = std::fs::create_dir_all("../pwa/dist");
    println!("cargo::rerun-if-changed=../pwa/dist");
}
