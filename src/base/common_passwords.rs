//! Passwords that everybody tries first.

/// In lower case. All have eight letters or more, because shorter passwords are refused by their
/// length.
const COMMON: &[&str] = &[
    "00000000",
    "11111111",
    "12121212",
    "123123123",
    "12341234",
    "12344321",
    "12345678",
    "123456789",
    "1234567890",
    "123456789a",
    "123qwe123",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "1qaz2wsx",
    "87654321",
    "987654321",
    "abc12345",
    "abcd1234",
    "abcdefgh",
    "administrator",
    "asdfasdf",
    "asdfghjk",
    "asdfghjkl",
    "baseball",
    "changeme",
    "charlie1",
    "computer",
    "cloudlet",
    "dragon123",
    "einfach1",
    "einszwei",
    "fussball",
    "football",
    "geheim123",
    "hallo123",
    "hallo1234",
    "hallohallo",
    "iloveyou",
    "iloveyou1",
    "internet",
    "jennifer",
    "kennwort",
    "letmein1",
    "liverpool",
    "loveyou1",
    "master123",
    "michelle",
    "password",
    "password1",
    "password12",
    "password123",
    "password1234",
    "passwort",
    "passwort1",
    "passwort123",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "princess",
    "princess1",
    "qazwsxedc",
    "qwer1234",
    "qwerasdf",
    "qwert123",
    "qwertyui",
    "qwertyuiop",
    "qwerty12",
    "qwerty123",
    "qwertz123",
    "qwertzui",
    "qwertzuiop",
    "samsung1",
    "schalke04",
    "schatz123",
    "schatzi1",
    "sommer123",
    "starwars",
    "sunshine",
    "sunshine1",
    "superman",
    "trustno1",
    "welcome1",
    "welcome123",
    "whatever",
    "willkommen",
    "winter123",
    "yxcvbnm1",
    "zaq12wsx",
];

/// True if this is one of the passwords that everybody tries first, in upper or lower case.
pub fn is_common(password: &str) -> bool {
    COMMON.contains(&password.trim().to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_passwords_are_known_in_any_case() {
        assert!(is_common("password1") && is_common("PassWort123") && is_common(" 12345678 "));
        assert!(!is_common("a good password") && !is_common(""));
        assert!(COMMON.iter().all(|one| one.len() >= 8 && one.to_lowercase() == *one));
    }
}
