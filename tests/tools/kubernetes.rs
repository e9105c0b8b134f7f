//! Schedules and quantities read as Kubernetes' own parsers read them.

use crate::support::rounds::rounds;
use std::io::Write;
use std::process::{Command, Stdio};

use crate::support::tools::tool;
use envroot::ecosystem::{cron, quantity};

/// What Kubernetes answers to each line.
fn answers(lines: &[String]) -> Option<Vec<String>> {
    let mut command = Command::new(tool("kubernetes-reader")?);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let answers: Vec<String> =
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), lines.len());
    Some(answers)
}

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

const COUNT: usize = 40_000;

#[test]
fn schedules_are_what_kubernetes_takes_for_one() {
    let mut random = Random(1);
    let mut texts: Vec<String> = Vec::new();
    let parts = [
        "*",
        "?",
        "0",
        "1",
        "5",
        "6",
        "7",
        "12",
        "13",
        "23",
        "24",
        "31",
        "32",
        "59",
        "60",
        "+5",
        "05",
        "jan",
        "DEC",
        "Mon",
        "sun",
        "sunday",
        "-",
        "/",
        ",",
        "/2",
        "/0",
        "-5",
        "-59",
        "*/5",
        "1-5",
        "L",
        "W",
        "#",
        "1-5/2",
        "99999999999",
        "٣",
    ];
    for _ in 0..rounds(COUNT) {
        let fields = [5, 5, 5, 5, 5, 4, 6, 1][random.below(8)];
        let field = |random: &mut Random| {
            let pieces = [1, 1, 1, 2, 3][random.below(5)];
            (0..pieces).map(|_| random.one(&parts)).collect::<String>()
        };
        let fields: Vec<String> = (0..fields)
            .map(|_| if random.below(2) == 0 { "*".to_owned() } else { field(&mut random) })
            .collect();
        texts.push(fields.join(random.one(&[" ", " ", "  ", "\t"])));
    }
    let words = ["@hourly", "@never", "@", "@every ", "@every", "@weekly ", " @daily", "@reboot"];
    let durations = [
        "1h",
        "1h30m",
        "1.5h",
        ".5s",
        "5.s",
        "1",
        "0",
        "-1h",
        "+2m",
        "1d",
        "3µs",
        "2us",
        "10ms",
        "",
        "h",
        "1hh",
        ".s",
        "1m30",
        "TZ=UTC * * * * *",
        "CRON_TZ=UTC 0 0 * * *",
    ];
    for word in words {
        texts.extend(durations.iter().map(|duration| format!("{word}{duration}")));
        texts.extend(durations.iter().map(|duration| format!("{word} {duration}")));
    }
    texts.extend(durations.iter().map(|text| (*text).to_owned()));
    let lines: Vec<String> = texts.iter().map(|text| format!("schedule {text}")).collect();
    let Some(answers) = answers(&lines) else { return };
    for (text, answer) in texts.iter().zip(&answers) {
        assert_eq!(cron::check(text).is_ok().to_string(), *answer, "{text:?}");
    }
    let taken = answers.iter().filter(|answer| *answer == "true").count();
    let count = rounds(COUNT);
    assert!(taken > count / 20 && taken < count, "{taken} of {count} are schedules");
}

#[test]
fn quantities_are_worth_what_kubernetes_takes_them_for() {
    let mut random = Random(2);
    let suffixes = [
        "", "n", "u", "m", "k", "K", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
        "e3", "E-3", "e+2", "e", "E18", "e-12", "e30", "mi", "MB", " ", "e1.5", "B",
    ];
    let digits = ["0", "1", "9", "12", "007", "999", "1024", "123456789", "99999999999999999999"];
    let mut texts: Vec<String> = Vec::new();
    for _ in 0..rounds(COUNT) {
        let sign = random.one(&["", "", "", "", "+", "-", "--"]);
        let whole = random.one(&digits);
        let number = match random.below(6) {
            0 => format!("{whole}.{}", random.one(&digits)),
            1 => format!(".{whole}"),
            2 => format!("{whole}."),
            3 => format!("{whole}.{}{}", random.one(&digits[..6]), random.one(&digits[..8])),
            _ => whole.to_owned(),
        };
        texts.push(format!("{sign}{number}{}", random.one(&suffixes)));
    }
    texts.sort();
    texts.dedup();
    let lines: Vec<String> = texts.iter().map(|text| format!("quantity {text}")).collect();
    let Some(answers) = answers(&lines) else { return };
    let mut known = Vec::new();
    for (text, answer) in texts.iter().zip(&answers) {
        let read = quantity::parse(text);
        assert_eq!(read.is_some(), answer != "false", "{text:?}: {answer}");
        if let Some(read) = read {
            assert_eq!(read, quantity::parse(answer).unwrap(), "{text:?}: {answer}");
            known.push(read);
        }
    }
    assert!(known.len() > 1000, "{} of {} are quantities", known.len(), texts.len());
}
