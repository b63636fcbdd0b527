//! A server under measurement: a process of its own, and its CPU time.

use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::Figures;
use crate::load::{self, Workload};

/// A running server; dropping it ends it.
pub(crate) struct Server {
    child: Child,
    addr: SocketAddr,
}

impl Server {
    /// Starts this program again as the server `name`, on the first core where `taskset` is there.
    pub(crate) fn start(name: &str) -> io::Result<Self> {
        let this = std::env::current_exe()?;
        let pinned = Command::new("taskset").arg("-V").stdout(Stdio::null()).status().is_ok();
        let mut command = if pinned { Command::new("taskset") } else { Command::new(&this) };
        if pinned {
            command.args(["-c", "0"]).arg(&this);
        }
        let mut child = command.args(["serve", name]).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line)?;
        let addr = line.trim().parse().map_err(io::Error::other)?;
        Ok(Self { child, addr })
    }

    /// Runs a workload once to warm up, and once to measure.
    pub(crate) fn measure(&self, workload: &Workload, path: &str) -> io::Result<Figures> {
        load::run(workload, self.addr, path, 10)?;
        let (start, cpu) = (Instant::now(), self.cpu()?);
        let units = load::run(workload, self.addr, path, 1)? as f64;
        Ok(Figures {
            rate: units / start.elapsed().as_secs_f64(),
            cpu: (self.cpu()? - cpu) / units,
        })
    }

    /// CPU seconds so far: the kernel counts them for each thread, in nanoseconds.
    fn cpu(&self) -> io::Result<f64> {
        let mut nanos = 0;
        for task in std::fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let spent = std::fs::read_to_string(task?.path().join("schedstat"))?;
            let first = spent.split(' ').next().and_then(|first| first.parse::<u64>().ok());
            nanos += first.unwrap_or(0);
        }
        Ok(nanos as f64 / 1e9)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
