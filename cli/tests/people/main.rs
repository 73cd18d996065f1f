//! What people do at a gateway: approve and deny, over HTTP and on its pages, in a real browser as well. The real binary over real connections.

#[path = "../common/mod.rs"]
mod common;

mod desk;
mod answers;
mod pages;
mod timeline;
mod granted;
mod browser;
