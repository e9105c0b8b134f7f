//! Trust policies in every form in which a Terraform file can hold one.

use crate::ecosystem::terraform;

#[track_caller]
fn trusts(text: &str, expected: &[(bool, bool, &[usize])]) {
    let found = terraform::root_facts(text).unwrap().trusts;
    let found: Vec<_> = found
        .iter()
        .map(|it| (it.names_subject, it.names_audience, it.service_account_lines.as_slice()))
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn a_trust_is_judged_statement_by_statement() {
    let condition = |claim: &str, value: &str| {
        format!(
            "    condition {{\n      test = \"StringEquals\"\n      variable = \"${{local.issuer}}:{claim}\"\n      values = [\"{value}\"]\n    }}\n"
        )
    };
    let statement = |inner: &str| {
        format!(
            "data \"aws_iam_policy_document\" \"a\" {{\n  statement {{\n    actions = [\"sts:AssumeRoleWithWebIdentity\"]\n{inner}  }}\n}}\n"
        )
    };
    let (subject, audience) =
        (condition("sub", "system:serviceaccount:n:s"), condition("aud", "sts.amazonaws.com"));
    trusts(&statement(&format!("{subject}{audience}")), &[(true, true, &[6])]);
    trusts(&statement(&audience), &[(false, true, &[])]);
    trusts(&statement(&subject), &[(true, false, &[6])]);
    trusts(&statement(&condition("subject", "x")), &[(false, false, &[])]);
    trusts(
        "data \"aws_iam_policy_document\" \"a\" {\n  statement {\n    actions = [\"sts:AssumeRole\"]\n  }\n}\n",
        &[],
    );
    let json = "resource \"aws_iam_role\" \"a\" {\n  assume_role_policy = jsonencode({\n    Statement = [{ Action = \"sts:AssumeRoleWithWebIdentity\", Condition = { StringEquals = { \"x:aud\" = \"y\" } } }]\n  })\n}\n";
    trusts(json, &[(false, true, &[])]);
}

/// A statement with some lines in it, and whether its conditions name a subject and an audience.
#[track_caller]
fn conditions(lines: &str, expected: (bool, bool)) {
    let text = format!(
        "data \"aws_iam_policy_document\" \"a\" {{\n  statement {{\n    actions = [\"sts:AssumeRoleWithWebIdentity\"]\n{lines}\n  }}\n}}\n"
    );
    let found = terraform::root_facts(&text).unwrap().trusts;
    let found: Vec<_> = found.iter().map(|it| (it.names_subject, it.names_audience)).collect();
    assert_eq!(found, [expected], "{text}");
}

#[test]
fn only_a_condition_is_a_condition() {
    let no = (false, false);
    conditions("# variable = \"x:sub\"", no);
    conditions("// condition { variable = \"x:sub\" }", no);
    conditions("/* condition {\n variable = \"x:sub\"\n} */", no);
    conditions("sid = \"x:sub\"", no);
    conditions("resources = [\"x:sub\", \"x:aud\"]", no);
    conditions("condition {\n values = [\"x:sub\"]\n variable = \"x:iss\"\n}", no);
    conditions("condition {\n # variable = \"x:sub\"\n variable = \"x:iss\"\n}", no);
    conditions("principals {\n type = \"Federated\"\n identifiers = [\"x:sub\"]\n}", no);
    conditions("condition {\n test = \"StringNotEquals\"\n variable = \"x:sub\"\n}", no);
    conditions("condition {\n test = \"Null\"\n variable = \"x:sub\"\n}", no);
    conditions(
        "condition {\n test = \"StringLike\"\n variable = \"x:sub\"\n values = [\"*\"]\n}",
        no,
    );
    let subject = (true, false);
    conditions(
        "condition {\n test = \"StringEquals\"\n variable = \"x:sub\"\n values = [var.a]\n}",
        subject,
    );
    conditions(
        "condition {\n test = \"StringLike\"\n variable = \"${var.x}:sub\"\n values = [\"repo:*\"]\n}",
        subject,
    );
    conditions(
        "condition {\n variable = \"${replace(var.url, \"https://\", \"\")}:sub\"\n}",
        subject,
    );
    conditions("condition {\n variable = format(\"%s:sub\", var.x)\n}", subject);
    conditions(
        "dynamic \"condition\" {\n for_each = [\"x:sub\"]\n content {\n variable = condition.value\n }\n}",
        subject,
    );
}

/// The conditions of the statements of a policy, given as the value of an argument.
#[track_caller]
fn policy(value: &str, expected: &[(bool, bool)]) {
    let text = format!("resource \"aws_iam_role\" \"a\" {{\n  assume_role_policy = {value}\n}}\n");
    let found = terraform::root_facts(&text).unwrap().trusts;
    let found: Vec<_> = found.iter().map(|it| (it.names_subject, it.names_audience)).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn each_statement_of_a_policy_has_its_own_conditions() {
    let action = "\"Action\": \"sts:AssumeRoleWithWebIdentity\"";
    let both = "\"Condition\": { \"StringEquals\": { \"x:sub\": \"s\", \"x:aud\": \"a\" } }";
    let (yes, no) = ((true, true), (false, false));
    let good = format!("{{ {action}, {both} }}");
    let bad = format!("{{ {action} }}");
    let policies = [
        (format!("[{good}]"), vec![yes]),
        (format!("[{bad}]"), vec![no]),
        (format!("[{good}, {bad}]"), vec![yes, no]),
        (format!("[{bad}, {good}]"), vec![no, yes]),
        (format!("[{{ \"Sid\": \"x:sub\", {action} }}]"), vec![no]),
        (format!("[{{ {action}, \"x:sub\": 1 }}]"), vec![no]),
        (format!("[{{ {action}, {} }}]", both.replace("StringEquals", "StringNotLike")), vec![no]),
        (format!("[{{ {action}, {} }}]", both.replace("\"s\"", "\"*\"")), vec![(false, true)]),
        (format!("[{{ {action}, {} }}]", both.replace("\"s\"", "[\"*\"]")), vec![(false, true)]),
        (
            format!(
                "[{{ {} }}]",
                action.replace(
                    "\"sts:AssumeRoleWithWebIdentity\"",
                    "[\"sts:TagSession\", \"sts:AssumeRoleWithWebIdentity\"]"
                )
            ),
            vec![no],
        ),
        (format!("[{{ {both} }}]"), vec![]),
        (good.clone(), vec![yes]),
    ];
    for (statement, expected) in policies {
        let json = format!("{{ \"Version\": \"2012-10-17\", \"Statement\": {statement} }}");
        policy(&format!("jsonencode({json})"), &expected);
        policy(&format!("<<EOT\n{json}\nEOT"), &expected);
        policy(&format!("<<-EOT\n  {json}\n  EOT"), &expected);
        policy(&format!("\"{}\"", json.replace('"', "\\\"")), &expected);
    }
    policy(&format!("jsonencode({{ Statement = [merge({bad}, {{ {both} }})] }})"), &[yes]);
    policy(&format!("<<EOT\n{}\nEOT", good.replace("x:sub", "${var.x}:sub")), &[yes]);
    policy(&format!("jsonencode({{ # {both}\n Statement = {bad} }})"), &[no]);
    policy(&format!("jsonencode([for a in var.a : {bad}])"), &[no]);
}
