//! A PostgreSQL of a test's own: a cluster in a temporary folder, without a network, which ends with the test.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::Folder;

pub struct Cluster {
    pub folder: Folder,
    programs: PathBuf,
    /// Where it listens, if not where PostgreSQL does by itself.
    port: OnceLock<u16>,
}

/// The programs of the newest PostgreSQL of the machine.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, path)| path.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().map(|(_, path)| path)
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

impl Cluster {
    /// A new cluster. None, with a line that says so, where there is no PostgreSQL on this machine and none is required.
    pub fn start() -> Option<Cluster> {
        let Some(programs) = programs() else {
            let required = std::env::var("LICTOR_REQUIRE_POSTGRES").is_ok_and(|required| required == "1");
            assert!(
                !required,
                "LICTOR_REQUIRE_POSTGRES=1, and there is no /usr/lib/postgresql/VERSION/bin/initdb"
            );
            eprintln!(
                "SKIPPED: no PostgreSQL on this machine; install the package postgresql to run this test"
            );
            return None;
        };
        let folder = Folder::new("postgres");
        // PostgreSQL does not run as root, so the folder belongs to whoever it runs as.
        std::fs::set_permissions(&folder.0, std::fs::Permissions::from_mode(0o777)).unwrap();
        let cluster = Cluster { folder, programs, port: OnceLock::new() };
        cluster.run(
            "initdb",
            &["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale", "-D", "data"],
        );
        cluster.up();
        Some(cluster)
    }

    pub fn up(&self) {
        self.start_with("-c listen_addresses=");
    }

    fn start_with(&self, others: &str) {
        let sockets = self.folder.0.display();
        let options = format!("-c unix_socket_directories={sockets} -c max_connections=100 {others}");
        self.run("pg_ctl", &["-D", "data", "-w", "-l", "log", "-o", &options, "start"]);
    }

    /// Starts it anew with these options, so that it is reached over the network of this machine as well: at which port.
    pub fn listen(&self, others: &str) -> u16 {
        self.kill();
        // Free a moment ago.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        self.start_with(&format!("-c listen_addresses=localhost -c port={port} {others}"));
        self.port.set(port).unwrap();
        port
    }

    /// Writes a file in its folder, which belongs to whom it runs as.
    pub fn write(&self, name: &str, text: &str, mode: u32) {
        let path = self.folder.file(name);
        let mut put = self.command("/bin/sh");
        put.args(["-c", &format!("umask 077; cat > {name} && chmod {mode:o} {name}")]);
        let mut put = put.stdin(Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(&mut put.stdin.take().unwrap(), text.as_bytes()).unwrap();
        assert!(put.wait().unwrap().success(), "{}", path.display());
    }

    /// What a database says to a question.
    pub fn asked(&self, database: &str, sql: &str) -> String {
        let mut psql = self.psql(database);
        let told = psql.args(["-At", "-c", sql]).stdout(Stdio::piped()).output().unwrap();
        String::from_utf8(told.stdout).unwrap().trim().to_owned()
    }

    fn psql(&self, database: &str) -> Command {
        let mut psql = self.command("psql");
        psql.args(["-h", self.folder.0.to_str().unwrap(), "-U", "postgres", "-q", "-d", database]);
        psql.args(["-p", &self.port.get().unwrap_or(&5_432).to_string()]);
        psql
    }

    /// Ends it at once, as if the power failed but the disk did not.
    pub fn kill(&self) {
        self.run("pg_ctl", &["-D", "data", "-w", "-m", "immediate", "stop"]);
    }

    fn run(&self, program: &str, args: &[&str]) {
        let status = self.command(program).args(args).status().unwrap();
        assert!(status.success(), "{program} {args:?}: {}", self.log());
    }

    pub fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(&self.folder.0).stdout(Stdio::null()).stdin(Stdio::null());
        command
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.file("log")).unwrap_or_default()
    }

    /// A new database of this cluster.
    pub fn database(&self, name: &str) -> String {
        let sql = format!("CREATE DATABASE \"{name}\"");
        let status = self.psql("postgres").args(["-c", &sql]).status().unwrap();
        assert!(status.success(), "create the database {name}: {}", self.log());
        address(&self.folder.0, name)
    }
}

fn address(sockets: &Path, name: &str) -> String {
    format!("host={} user=postgres dbname={name}", sockets.display())
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let stop = ["-D", "data", "-w", "-m", "immediate", "stop"];
        let _ = self.command("pg_ctl").args(stop).stderr(Stdio::null()).status();
    }
}

/// A cluster that all tests of a process share; the watcher beside it ends it when the process is gone, since what is static is never dropped.
pub fn shared() -> Option<&'static Cluster> {
    static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
    let start = || {
        let cluster = Cluster::start()?;
        // Its input ends when this process does, however that comes about.
        let stop = "cat; \"$0\" -D data -m immediate stop; rm -rf data log";
        let mut watcher = cluster.command("/bin/sh");
        watcher.args(["-c", stop]).arg(cluster.programs.join("pg_ctl"));
        // It outlives this process, so nobody waits for it.
        std::mem::forget(watcher.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
        Some(cluster)
    };
    SHARED.get_or_init(start).as_ref()
}
