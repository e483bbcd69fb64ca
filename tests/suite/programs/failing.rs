//! Programs that fail in every way there is: each is a call that failed, told in the report, and never a run that hangs.

use std::process::Command;

use super::{Ran, allowed, has_python, on_a_stream, run};

/// Retried once, so that a failure ends.
const ONCE: &str = ", max_retries: 1";

fn reasons(ran: &Ran) -> Vec<String> {
    let troubles = ran.program("work")["troubles"].as_array().unwrap_or_else(|| panic!("{}", ran.complaint));
    troubles.iter().map(|trouble| trouble["reason"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_error_is_a_failed_call() {
    if !has_python() {
        return;
    }
    let ran = allowed(&on_a_stream("raises", "", ONCE));
    assert_eq!(reasons(&ran), ["failed with ValueError: no good"]);
    assert_eq!(
        (ran.sink("board", "delivered"), ran.sink("board", "lost"), ran.node("work", "lost")),
        (0, 20, 20)
    );
    assert!(ran.node("work", "retried") > 0);
}

#[test]
fn a_process_that_dies_is_started_again() {
    if !has_python() {
        return;
    }
    let ran = allowed(&on_a_stream("dies_once", "", ""));
    assert_eq!(reasons(&ran), ["ended in a call, with exit status: 3"]);
    assert_eq!((ran.sink("board", "delivered"), ran.sink("board", "lost")), (20, 0));
    let ran = allowed(&on_a_stream("dies", "", ONCE));
    assert_eq!((ran.sink("board", "lost"), &ran.program("work")["wrote"][0]), (20, &"about to die".into()));
}

#[test]
fn a_program_that_hangs_is_waited_for_no_longer_than_allowed_and_leaves_no_process() {
    if !has_python() {
        return;
    }
    let design = on_a_stream("hangs", "", ", max_retries: 0, batch_size: 20, batching_window: 2s");
    let ran = run(&design, &["--allow-handlers", "--handler-timeout", "1s"]);
    assert_eq!(reasons(&ran), ["did not answer in time"]);
    assert_eq!(ran.sink("board", "lost"), 20);
    let folder = ran.folder.path().to_str().unwrap().to_owned();
    let processes = Command::new("sh").args(["-c", "ls -l /proc/*/cwd 2>/dev/null"]).output().unwrap();
    let processes = String::from_utf8_lossy(&processes.stdout).into_owned();
    assert!(!processes.contains(&folder), "{processes}");
}

#[test]
fn a_program_that_never_gets_well_is_given_up() {
    if !has_python() {
        return;
    }
    // Tried until the records expire, which is a day of tries; the process is started only so often.
    let ran = allowed(&on_a_stream("no_such_function", "", ", batch_size: 20"));
    let reasons = reasons(&ran);
    assert_eq!(reasons[0], "ended before it took a call, with exit status: 1");
    assert_eq!(reasons[1], "was not started again, after it failed too often");
    let wrote = ran.program("work")["wrote"].to_string();
    assert!(wrote.contains("no_such_function"), "{wrote}");
    assert!(ran.node("work", "retried") > 50_000);
}

#[test]
fn nonsense_and_what_is_missing_are_failed_calls() {
    let design = |handler: &str| on_a_stream("x", "", ONCE).replace("python3, runtime.py, x", handler);
    let missing = allowed(&design("no-such-program"));
    assert_eq!(reasons(&missing), ["cannot be started: No such file or directory (os error 2)"]);
    let script = "import http.client, os, sys\n\
        c = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])\n\
        while True:\n    \
            c.request('GET', '/2018-06-01/runtime/invocation/next'); r = c.getresponse(); r.read()\n    \
            i = r.headers['Lambda-Runtime-Aws-Request-Id'] if sys.argv[1] != 'wrong' else 'xyz'\n    \
            if sys.argv[1] != 'skip':\n        \
                c.request('POST', f'/2018-06-01/runtime/invocation/{i}/response', 'hello'); c.getresponse().read()\n";
    if !has_python() {
        return;
    }
    for (word, reason) in [
        ("nonsense", "answered with what is no JSON: expected value at line 1 column 1"),
        ("skip", "asked for the next call without answering"),
        ("wrong", "answered `xyz`, which is not this call"),
    ] {
        let quoted = serde_json::to_string(script).unwrap();
        let ran = allowed(&design(&format!("python3, -c, {quoted}, {word}")));
        assert_eq!((reasons(&ran), ran.sink("board", "lost")), (vec![reason.to_owned()], 20));
    }
}

#[test]
fn a_program_that_sends_nothing_or_astray_is_told() {
    if !has_python() {
        return;
    }
    let ran = allowed(&on_a_stream("nothing", "", ""));
    assert_eq!((&ran.program("work")["is_silent"], ran.node("work", "filtered")), (&true.into(), 20));
    let ran = allowed(&on_a_stream("astray", "", ONCE));
    assert_eq!(
        reasons(&ran),
        ["answered with `sends` to `bored`, where `work` has no flow to; it has: `board`"]
    );
}
