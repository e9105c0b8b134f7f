//! Accounts of Amazon itself, which its guides tell everyone to name: they belong to no environment.
//!
//! A list of numbers. Says nothing of what they are for in a project.

/// Accounts that write the logs of load balancers, one a region. From
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html>.
const LOAD_BALANCERS: [&str; 29] = [
    "009996457667",
    "027434742980",
    "033677994240",
    "037604701340",
    "048591011584",
    "054676820928",
    "076674570225",
    "098369216593",
    "114774131450",
    "121062877647",
    "127311923021",
    "156460612806",
    "190560391635",
    "383597477331",
    "507241528517",
    "582318560864",
    "589379963580",
    "600734575887",
    "635631232127",
    "638102146993",
    "652711504416",
    "718504428378",
    "740734521339",
    "754344448648",
    "770363063475",
    "783225319266",
    "797873946194",
    "897822967062",
    "985666609251",
];
/// Accounts that publish layers of Lambda: Insights, the tools for Python and TypeScript, pandas, OpenTelemetry, and the
/// extensions for parameters and for configurations.
const LAYERS: [&str; 34] = [
    "012438385374",
    "015030872274",
    "017000801446",
    "027255383542",
    "044395824272",
    "066940009817",
    "080788657173",
    "094274105915",
    "133256977650",
    "133490724326",
    "176022468876",
    "177933569100",
    "187925254637",
    "194566237122",
    "200266452380",
    "282860088358",
    "336392948345",
    "345057560386",
    "359756378197",
    "421114256042",
    "427196147048",
    "434848589818",
    "519774774795",
    "580247275435",
    "590474943231",
    "665172237481",
    "728743619870",
    "738900069198",
    "780235371811",
    "901920570463",
    "933737806257",
    "958113053741",
    "980059726660",
    "997803712105",
];
/// Accounts with the images of EKS and of deep learning, and with machine images.
const IMAGES: [&str; 20] = [
    "013241004608",
    "066635153087",
    "137112412989",
    "151742754352",
    "296578399912",
    "455263428931",
    "491585149902",
    "558608220178",
    "590381155156",
    "602401143452",
    "759879836304",
    "761377655185",
    "763104351884",
    "800184023465",
    "801119661308",
    "877085696533",
    "900612956339",
    "900889452093",
    "918309763551",
    "961992271922",
];
/// Accounts that write trails and the logs of Redshift, one that writes bills, and those with the rules of Inspector.
const SERVICES: [&str; 19] = [
    "035351147821",
    "053454850223",
    "086441151436",
    "113285607260",
    "193672423079",
    "210876761215",
    "262260360010",
    "282025262664",
    "307160386991",
    "316112463485",
    "357557129151",
    "386209384616",
    "388731089494",
    "391106570357",
    "475085895292",
    "537503971621",
    "758058086616",
    "859597730677",
    "902366379725",
];

/// Returns true if an account belongs to Amazon.
pub(crate) fn is_of_amazon(account: &str) -> bool {
    [&LOAD_BALANCERS[..], &LAYERS, &IMAGES, &SERVICES].iter().any(|known| known.contains(&account))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_is_twelve_digits_and_listed_once() {
        let mut all: Vec<&str> = [&LOAD_BALANCERS[..], &LAYERS, &IMAGES, &SERVICES].concat();
        let count = all.len();
        assert!(
            all.iter().all(|it| it.len() == 12 && it.bytes().all(|byte| byte.is_ascii_digit()))
        );
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
