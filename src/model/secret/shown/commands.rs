//! Secrets in the arguments of commands: `curl -u user:password`, `mysql -ppassword`.

use std::ops::Range;

use super::super::{keys, values};
use super::{SHORTEST, is_likely, words};

/// How an option holds a secret.
#[derive(Clone, Copy)]
enum Holds {
    /// `-p VALUE`
    Next,
    /// `-pVALUE`
    Attached,
    /// `-p VALUE` or `-pVALUE`
    Either,
    /// `-u user:VALUE` or `-uuser:VALUE`
    Pair(char),
    /// `-b name=VALUE`
    Assigned,
}

use Holds::{Assigned, Attached, Either, Next, Pair};

/// Programs, their options, and how these hold a secret.
const OPTIONS: [(&[&str], &[&str], Holds); 16] = [
    (&["curl", "wget", "http", "https", "xh"], &["-u", "--user", "-U", "--proxy-user"], Pair(':')),
    (&["http", "https", "xh"], &["-a", "--auth"], Pair(':')),
    (&["curl"], &["-b", "--cookie"], Assigned),
    (&["mysql", "mysqldump", "mysqladmin", "mysqlimport", "mariadb"], &["-p"], Attached),
    (&["mariadb-dump", "mariadb-admin", "mycli"], &["-p"], Attached),
    (&["sshpass", "7z", "7za"], &["-p"], Either),
    (&["zip", "unzip", "sqlcmd", "bcp", "osql"], &["-P"], Either),
    (&["mongo", "mongosh", "mongodump", "mongorestore", "mongoexport"], &["-p"], Next),
    (&["redis-cli", "valkey-cli"], &["-a"], Either),
    (&["ldapsearch", "ldapadd", "ldapmodify", "ldapwhoami", "ldapdelete"], &["-w"], Either),
    (&["login"], &["-p"], Next),
    (&["smbclient", "rpcclient"], &["-U"], Pair('%')),
    (&["ConvertTo-SecureString"], &["ConvertTo-SecureString", "-String"], Next),
    (&["secret", "secrets", "SecureString"], &["--value", "--body", "-b"], Next),
    (&["secret", "secrets"], &["--from-literal"], Assigned),
    (&["ssh-keygen"], &["-N", "-P"], Next),
];
/// Commands that take a user and a password as their last words.
const LAST: [&str; 5] = ["htpasswd", "add_user", "change_password", "useradd", "adduser"];
/// What reads a secret from the output of `echo`.
const READERS: [&str; 9] = [
    "-stdin",
    "--stdin",
    "chpasswd",
    "sudo -S",
    "--with-token",
    "secret set",
    "secret create",
    "secrets create",
    "versions add",
];

/// Texts without which no line has a secret of a command.
pub(super) fn triggers() -> impl Iterator<Item = &'static str> {
    let programs = OPTIONS.iter().flat_map(|(programs, ..)| programs.iter());
    let others = ["pass", "token", "secret", "pwd", "-pw", "key", "/p:", "vault", "bao", "sqlplus"];
    programs.chain(&LAST).chain(&READERS).copied().chain(others)
}

/// The secrets in the commands of a line.
pub(super) fn secrets(text: &str, row: &Range<usize>) -> Vec<Range<usize>> {
    let line = CommandWords { text, words: words(text, row).collect() };
    let of_options = OPTIONS.map(|(programs, options, holds)| {
        (line.first(programs).unwrap_or(usize::MAX), options, holds)
    });
    let put = line.first(&["vault", "bao"]).and(line.first(&["put", "write"]));
    let login = line.first(&["sqlplus", "sqlldr", "expdp", "impdp"]);
    let mut found = Vec::new();
    for at in 0..line.words.len() {
        found.extend(line.long_option(at));
        found.extend(line.prefixed(at));
        found.extend(put.filter(|put| *put < at).and_then(|_| line.of_store(at)));
        found.extend(line.of_oracle(at, login.is_some_and(|login| login < at)));
        let here = of_options.iter().filter(|(first, ..)| *first <= at);
        found.extend(here.filter_map(|(_, options, holds)| {
            let option = options.iter().find(|option| line.word(at).starts_with(**option))?;
            line.option(at, option, *holds)
        }));
    }
    found.extend(line.last());
    found.extend(line.echoed(&text[row.clone()]));
    found
}

struct CommandWords<'a> {
    text: &'a str,
    words: Vec<Range<usize>>,
}

impl CommandWords<'_> {
    fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |range| &self.text[range.clone()])
    }

    /// The first word that is one of these programs.
    fn first(&self, programs: &[&str]) -> Option<usize> {
        (0..self.words.len()).find(|at| self.program(*at).is_some_and(|it| programs.contains(&it)))
    }

    /// The name of a program without its folder.
    fn program(&self, at: usize) -> Option<&str> {
        self.word(at).rsplit(['/', '(', '=', ':']).next()
    }

    /// The end of a word, if it reveals a secret.
    fn from(&self, at: usize, start: usize) -> Option<Range<usize>> {
        let range = self.words.get(at)?;
        let range = range.start + start..range.end;
        let value = &self.text[range.clone()];
        let is_in_name =
            |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        let is_variable = value.contains('_') && value.bytes().all(is_in_name);
        let is_hidden = value.len() >= SHORTEST
            && !is_variable
            && !value.starts_with('-')
            && !values::is_reference(value)
            && !values::is_literal(value);
        is_hidden.then_some(range)
    }

    fn option(&self, at: usize, option: &str, holds: Holds) -> Option<Range<usize>> {
        let is_whole = self.word(at).len() == option.len();
        let (at, start) = match is_whole {
            true => (at + 1, 0),
            false => {
                let rest = &self.word(at)[option.len()..];
                (at, option.len() + usize::from(rest.starts_with('=')))
            }
        };
        let behind = |sign| Some(self.word(at)[start..].find(sign)? + start + 1);
        match holds {
            Next => self.from(at, 0).filter(|_| is_whole),
            Attached => self.from(at, start).filter(|_| !is_whole),
            Either => self.from(at, start),
            Pair(sign) => self.from(at, behind(sign)?),
            Assigned => self.from(at, behind('=')?),
        }
    }

    /// `-storepass VALUE`: options of one hyphen with a whole word.
    fn long_option(&self, at: usize) -> Option<Range<usize>> {
        let name = self.word(at).strip_prefix('-').filter(|name| name.len() > 2)?;
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let is_secret = is_name && (keys::is_password(name) || name.ends_with("pass"));
        is_secret.then(|| self.from(at + 1, 0)).flatten()
    }

    /// `pass:VALUE`, as OpenSSL reads it, and `/p:VALUE`.
    fn prefixed(&self, at: usize) -> Option<Range<usize>> {
        let prefix = ["pass:", "/p:"].into_iter().find(|it| self.word(at).starts_with(it))?;
        self.from(at, prefix.len())
    }

    /// `vault kv put path key=VALUE`
    fn of_store(&self, at: usize) -> Option<Range<usize>> {
        let (_, value) = self.word(at).split_once('=')?;
        let start = self.word(at).len() - value.len();
        self.from(at, start).filter(|_| is_likely(value) && !value.starts_with('@'))
    }

    /// `sqlplus user/VALUE@host`
    fn of_oracle(&self, at: usize, is_login: bool) -> Option<Range<usize>> {
        let word = self.word(at);
        let start = match word.find("thin:") {
            Some(thin) => thin + "thin:".len(),
            None if is_login => 0,
            None => return None,
        };
        let (login, _) = word[start..].split_once('@')?;
        let password = start + login.find('/')? + 1;
        let range = self.words[at].start + password..self.words[at].start + start + login.len();
        is_likely(&self.text[range.clone()]).then_some(range)
    }

    /// The last word of a command that takes a password there.
    fn last(&self) -> Option<Range<usize>> {
        let first = self.first(&LAST)?;
        let is_end = |at: &usize| self.word(*at).contains(['>', '|', '&', ';', '#']);
        let end = (first..self.words.len()).find(is_end).unwrap_or(self.words.len());
        let is_batch = |at: usize| self.word(at).starts_with('-') && self.word(at).contains('b');
        let is_given = self.program(first) != Some("htpasswd") || (first..end).any(is_batch);
        let is_plain = is_given && !self.word(end - 1).contains('/') && end > first + 2;
        self.from(end - 1, 0).filter(|_| is_plain && is_likely(self.word(end - 1)))
    }

    /// The arguments of `echo`, if what follows reads a secret.
    fn echoed(&self, line: &str) -> Vec<Range<usize>> {
        if !READERS.iter().any(|reader| line.contains(reader)) {
            return Vec::new();
        }
        let Some(first) = self.first(&["echo", "printf", "<<<"]) else { return Vec::new() };
        let after = (first + 1..self.words.len()).take_while(|at| self.word(*at) != "|");
        let password = |at: usize| {
            let start = self.word(at).find(':').map_or(0, |colon| colon + 1);
            self.from(at, start).filter(|range| is_likely(&self.text[range.clone()]))
        };
        after.filter_map(password).collect()
    }
}
