//! What an editor shows with the schema: Tombi's language server, asked as editors ask it.
//!
//! Knows as much of the protocol as two questions need.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::support::project::Project;
use crate::support::tools::tool;

struct Editor {
    server: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    asked: u64,
    file: String,
}

impl Editor {
    /// Opens a text as a project's `environments.toml`; `None`, where Tombi is not installed.
    fn open(project: &Project, text: &str) -> Option<Editor> {
        let program = tool("tombi")?;
        project.write("tombi.toml", "[schema]\ncatalog = { paths = [] }\n");
        let mut server = Command::new(program)
            .args(["lsp", "--offline"])
            .current_dir(project.path(""))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (to, from) = (server.stdin.take().unwrap(), server.stdout.take().unwrap());
        let folder = format!("file://{}", project.path("").display());
        let file = format!("{folder}environments.toml");
        let mut editor = Editor { server, to, from: BufReader::new(from), asked: 0, file };
        let folders = json!([{ "uri": folder, "name": "project" }]);
        let capabilities = json!({ "textDocument": { "completion": {}, "hover": {} } });
        editor.ask("initialize", json!({ "processId": null, "rootUri": folder, "workspaceFolders": folders, "capabilities": capabilities }));
        editor.tell("initialized", json!({}));
        let document =
            json!({ "uri": editor.file, "languageId": "toml", "version": 1, "text": text });
        editor.tell("textDocument/didOpen", json!({ "textDocument": document }));
        Some(editor)
    }

    fn send(&mut self, message: Value) {
        let text = message.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.to.flush().unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert_ne!(self.from.read_line(&mut line).unwrap(), 0, "the server has gone");
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", number)) => length = number.parse().unwrap(),
                Some(_) => {}
                None => break,
            }
        }
        let mut text = vec![0; length];
        self.from.read_exact(&mut text).unwrap();
        serde_json::from_slice(&text).unwrap()
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.send(json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let mut message = self.receive();
            let of_server = message["method"].is_string();
            match (of_server, message["id"].is_null()) {
                (false, _) if message["id"] == id => return message["result"].take(),
                // What the server asks of the editor, it is not told.
                (true, false) => {
                    let none = json!([null]);
                    self.send(json!({ "jsonrpc": "2.0", "id": message["id"], "result": none }));
                }
                _ => {}
            }
        }
    }

    /// Asks about a place. The server answers nothing until it has read the text and the schema.
    fn ask_at(&mut self, method: &str, (line, character): (usize, usize)) -> Value {
        let position = json!({ "line": line, "character": character });
        let params = json!({ "textDocument": { "uri": self.file }, "position": position });
        for _ in 0..500 {
            let answer = self.ask(method, params.clone());
            if !answer.is_null() {
                return answer;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        panic!("{method} at {line}:{character} has no answer")
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        _ = self.server.kill();
        _ = self.server.wait();
    }
}

/// The project's own text with a line more behind `after`, and the place at the end of that line.
fn with_line(project: &Project, after: &str, line: &str) -> (String, (usize, usize)) {
    let text = project.read("environments.toml").replacen(after, &format!("{after}{line}\n"), 1);
    let number = text.lines().position(|it| it == line).unwrap();
    (text, (number, line.len()))
}

fn own() -> Project {
    let project = Project::own();
    project.write("environments.schema.json", &project.done("schema").out);
    project
}

/// What is offered at the end of a line behind another.
#[track_caller]
fn offered(after: &str, line: &str, expected: &[&str]) {
    let project = own();
    let (text, place) = with_line(&project, after, line);
    let Some(mut editor) = Editor::open(&project, &text) else { return };
    let answer = editor.ask_at("textDocument/completion", place);
    let items =
        answer.as_array().or(answer["items"].as_array()).unwrap_or_else(|| panic!("{answer}"));
    let labels: Vec<&str> = items.iter().map(|item| item["label"].as_str().unwrap()).collect();
    for name in expected {
        assert!(labels.contains(name), "{name} is not among {labels:?}");
    }
}

#[test]
fn keys_and_words_are_completed() {
    offered("[environments.stage]\n", "de", &["deploy", "deploy_role"]);
    offered("[environments.stage]\n", "dep", &["deploy"]);
    offered("[services.icepack]\n", "n", &["namespace", "null"]);
    offered("[services.icepack]\n", "database.", &["instance_class", "multi_az"]);
    offered("[environments.stage]\n", "deploy = ", &["\"push\""]);
}

#[test]
fn a_key_is_explained() {
    let project = own();
    let (text, (line, _)) = with_line(&project, "[services.icepack]\n", "timeout = 900");
    let Some(mut editor) = Editor::open(&project, &text) else { return };
    let shown = editor.ask_at("textDocument/hover", (line, 2)).to_string();
    for part in ["Seconds that Helm waits for a release to become ready.", "600"] {
        assert!(shown.contains(part), "{shown}");
    }
}
