//! Seals the secrets of second factors: AES-256-GCM under a key made from `TENANTRY_SECRET`, which stands outside the
//! database, or without it from the installation's secret, which stands inside. What each protects: docs/security.md.

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use anyhow::{Context, anyhow, bail};
use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use uuid::Uuid;

/// The two sources of a key, as the first byte of what is sealed names them.
const INSIDE: u8 = 0;
const OUTSIDE: u8 = 1;
const NONCE: usize = 12;

/// The keys of this installation.
pub(super) struct Seal {
    inside: Aes256Gcm,
    outside: Option<Aes256Gcm>,
}

impl Seal {
    /// Makes the keys; `configured` is `TENANTRY_SECRET`.
    pub(super) fn new(installation: &[u8], configured: Option<&SecretString>) -> anyhow::Result<Self> {
        let outside = configured.map(|secret| cipher(secret.expose_secret().as_bytes())).transpose()?;
        Ok(Self { inside: cipher(installation)?, outside })
    }

    /// Seals a secret of a person under the best key there is.
    pub(super) fn close(&self, user_id: Uuid, secret: &[u8]) -> anyhow::Result<Vec<u8>> {
        let (source, cipher) = self.outside.as_ref().map_or((INSIDE, &self.inside), |outside| (OUTSIDE, outside));
        let mut nonce = [0_u8; NONCE];
        getrandom::fill(&mut nonce).map_err(|error| anyhow!("no random numbers: {error}"))?;
        let sealed = cipher
            .encrypt(&nonce.into(), Payload { msg: secret, aad: user_id.as_bytes() })
            .map_err(|_| anyhow!("a secret cannot be sealed"))?;
        Ok([&[source], nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for this person; a row copied to somebody else does not open.
    pub(super) fn open(&self, user_id: Uuid, sealed: &[u8]) -> anyhow::Result<Vec<u8>> {
        let (head, body) = sealed.split_at_checked(1 + NONCE).context("a sealed secret is too short")?;
        let cipher = match (head[0], &self.outside) {
            (INSIDE, _) => &self.inside,
            (OUTSIDE, Some(outside)) => outside,
            (OUTSIDE, None) => bail!("second factors were sealed with TENANTRY_SECRET, which is not set"),
            (other, _) => bail!("a secret is sealed in a way {other} that this version does not know"),
        };
        let nonce: [u8; NONCE] = head[1..].try_into().context("a sealed secret is too short")?;
        let opened = cipher.decrypt(&nonce.into(), Payload { msg: body, aad: user_id.as_bytes() });
        opened.map_err(|_| anyhow!("a sealed secret does not open: TENANTRY_SECRET is not the one it was sealed with"))
    }

    /// Whether it was sealed inside although there is a better key now.
    pub(super) fn could_be_better(&self, sealed: &[u8]) -> bool {
        self.outside.is_some() && sealed.first() == Some(&INSIDE)
    }
}

fn cipher(secret: &[u8]) -> anyhow::Result<Aes256Gcm> {
    let mut key = [0; 32];
    let made = Hkdf::<Sha256>::new(None, secret).expand(b"tenantry second factors 1", &mut key);
    made.map_err(|error| anyhow!("no key can be made: {error}"))?;
    Aes256Gcm::new_from_slice(&key).map_err(|error| anyhow!("no key can be made: {error}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a panic is how a test fails

    use secrecy::SecretString;
    use uuid::Uuid;

    use super::Seal;

    #[test]
    fn only_the_same_key_and_person_open_a_secret() {
        let (ada, bob) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let outside = SecretString::from("a long text that stands in a file outside");
        let (inner, outer) = (Seal::new(&[7; 64], None).unwrap(), Seal::new(&[7; 64], Some(&outside)).unwrap());
        let sealed = inner.close(ada, b"secret").unwrap();
        assert_ne!(sealed, inner.close(ada, b"secret").unwrap(), "each time another nonce");
        assert_eq!(inner.open(ada, &sealed).unwrap(), b"secret");
        assert_eq!(outer.open(ada, &sealed).unwrap(), b"secret", "a secret set later does not lock anybody out");
        assert!(outer.could_be_better(&sealed) && !inner.could_be_better(&sealed));
        assert!(inner.open(bob, &sealed).is_err());
        let better = outer.close(ada, b"secret").unwrap();
        assert!(inner.open(ada, &better).unwrap_err().to_string().contains("TENANTRY_SECRET"));
        let other = Seal::new(&[7; 64], Some(&SecretString::from("another text"))).unwrap();
        assert!(other.open(ada, &better).is_err() && !outer.could_be_better(&better));
        for broken in [&[][..], &better[..12], &[9; 40]] {
            assert!(outer.open(ada, broken).is_err());
        }
    }
}
