//! Argon2id itself, in memory that is handed in.

use anyhow::{Context, anyhow};
use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, PasswordHash, Salt},
};
use subtle::ConstantTimeEq;

/// A hash with our parameters that no password is known for: what an unknown account is checked against.
pub(super) const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGJlaGluZA$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// 19 MiB, two passes, one lane: the least the standards of QUALITY section 5 accept.
fn parameters() -> Params {
    Params::new(19 * 1024, 2, 1, Some(Params::DEFAULT_OUTPUT_LEN)).expect("constants within Argon2's limits")
}

/// Hashes with a new salt into a PHC string.
pub(super) fn hash(password: &[u8], memory: &mut Vec<Block>) -> anyhow::Result<String> {
    let params = parameters();
    let salt = Salt::generate();
    let output = digest(Algorithm::Argon2id, Version::V0x13, params.clone(), password, &salt, memory)?;
    let hash = PasswordHash {
        algorithm: argon2::ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: (&params).try_into()?,
        salt: Some(salt),
        hash: Some(Output::new(&output)?),
    };
    Ok(hash.to_string())
}

/// Whether the password gives this PHC string, computed with the string's own parameters and compared in constant time
/// (QUALITY 32).
pub(super) fn verify(password: &[u8], stored: &str, memory: &mut Vec<Block>) -> anyhow::Result<bool> {
    let stored = PasswordHash::new(stored).context("stored password hash")?;
    let (Some(salt), Some(expected)) = (&stored.salt, &stored.hash) else {
        return Err(anyhow!("stored password hash has no salt or no hash"));
    };
    let algorithm = Algorithm::try_from(stored.algorithm.as_str()).map_err(|error| anyhow!("stored hash: {error}"))?;
    let version = match stored.version {
        Some(number) => Version::try_from(number).map_err(|error| anyhow!("stored hash: {error}"))?,
        None => Version::default(),
    };
    let params = Params::try_from(&stored)?;
    let output = digest(algorithm, version, params, password, salt, memory)?;
    Ok(bool::from(output.ct_eq(expected.as_bytes())))
}

fn digest(
    algorithm: Algorithm,
    version: Version,
    params: Params,
    password: &[u8],
    salt: &Salt,
    memory: &mut Vec<Block>,
) -> anyhow::Result<Vec<u8>> {
    let mut output = vec![0; params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
    if memory.len() < params.block_count() {
        memory.resize(params.block_count(), Block::default());
    }
    Argon2::new(algorithm, version, params)
        .hash_password_into_with_memory(password, salt.as_ref(), &mut output, memory.as_mut_slice())
        .map_err(|error| anyhow!("Argon2: {error}"))?;
    Ok(output)
}
