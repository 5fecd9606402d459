//! Organizations and people for tests, made through the domain as every channel makes them.

use tenantry::{
    billing::BillingForm,
    groups::{self, GroupForm},
    memberships::{self, NewMembership},
    organizations::{self, Channel, Created, DetailsForm, NewAdministrator, NewOrganization, OrganizationForm},
    roles::Role,
    scope::{RowScope, Scope},
    subscriptions::SubscriptionForm,
    types::{AccountKind, DisplayName, EmailAddress, NewPassword, OrgKey, TimeZone},
    users::{self, NewUser},
};
use uuid::Uuid;

use super::{ADMIN_EMAIL, TestApp, TestClient};

const SYSTEM: RowScope = RowScope::System("prepare a test");
/// The password of everybody made here.
pub(crate) const PASSWORD: &str = "seven kettles beside the slow canal";

/// Complete details of an organization in Germany.
pub(crate) fn details(kind: AccountKind, name: &str) -> DetailsForm {
    DetailsForm {
        kind: kind.as_str().into(),
        company: name.into(),
        given_name: "Katharina".into(),
        family_name: "Vogt-Lindner".into(),
        phone: "+49 3443 555 0142".into(),
        size: "51-200".into(),
        country: "DE".into(),
        state: "ST".into(),
        ..DetailsForm::default()
    }
}

/// The same as the edit page posts them.
pub(crate) fn record(name: &str) -> OrganizationForm {
    OrganizationForm {
        name: name.into(),
        contact_given_name: "Katharina".into(),
        contact_family_name: "Vogt-Lindner".into(),
        contact_phone: "+49 3443 555 0142".into(),
        company_size: "51-200".into(),
        country: "DE".into(),
        state: "ST".into(),
        ..OrganizationForm::default()
    }
}

/// A complete billing address.
pub(crate) fn billing() -> BillingForm {
    BillingForm {
        billing_given_name: "Katharina".into(),
        billing_family_name: "Vogt-Lindner".into(),
        line1: "Gießereistraße 4".into(),
        city: "Weißenfels".into(),
        billing_state: "ST".into(),
        postal_code: "06667".into(),
        billing_country: "DE".into(),
        ..BillingForm::default()
    }
}

/// An organization with a trial, its own billing address, and an administrator later.
pub(crate) fn new_organization(kind: AccountKind, name: &str) -> NewOrganization {
    new_with(&details(kind, name))
}

/// The same with details of one's own.
pub(crate) fn new_with(details: &DetailsForm) -> NewOrganization {
    NewOrganization {
        command_id: Uuid::now_v7(),
        channel: Channel::Wizard,
        details: details.parse(AccountKind::ALL).expect("acceptable details"),
        administrator: NewAdministrator::Later { email: None },
        subscription: Some(SubscriptionForm::starting(&details.company).parse().expect("a trial")),
        billing: Some(billing().parse().expect("an address")),
        groups: Vec::new(),
        custom: tenantry::custom_fields::Filled::default(),
    }
}

/// A person with a password.
pub(crate) async fn new_user(app: &TestApp, email: &str) -> NewUser {
    let password = NewPassword::parse(PASSWORD).expect("a good password");
    NewUser {
        id: Uuid::now_v7(),
        email: EmailAddress::parse(email).expect("an address"),
        given_name: None,
        family_name: None,
        display_name: DisplayName::parse(email.split('@').next().unwrap_or(email)).expect("a name"),
        password: Some(app.app.passwords.hash(&password).await.expect("a hash")),
        time_zone: TimeZone::parse("Europe/Berlin").expect("a zone"),
    }
}

impl TestApp {
    /// Sets the portal up and gives the first administrator's browser and scope in the operator.
    pub(crate) async fn operator(&self) -> (TestClient, Scope) {
        let client = self.reseller_admin().await;
        let scope = self.scope(ADMIN_EMAIL, &client.home).await;
        (client, scope)
    }

    /// The scope of a person in an organization, as a request would have it. `home` is its address or key.
    pub(crate) async fn scope(&self, email: &str, home: &str) -> Scope {
        let key = OrgKey::parse(home.trim_start_matches("/o/")).expect("a key");
        let email = EmailAddress::parse(email).expect("an address");
        let read = self.app.read(SYSTEM, async |db| {
            let account = users::find_by_email(db, &email).await?.expect("an account");
            let (actor, _) = memberships::person(db, account.id).await?.expect("a person");
            let access = memberships::access(db, account.id, &key).await?.expect("a way in");
            Ok((actor, access))
        });
        let (actor, access) = read.await.expect("a scope");
        access.scope(actor, self.clock.now(), Uuid::now_v7())
    }

    /// Creates an organization beneath the scope's.
    pub(crate) async fn create(&self, scope: &Scope, new: NewOrganization) -> Created {
        self.app.write(scope, async |db| organizations::create(db, scope, new).await).await.expect("created")
    }

    /// A person with a role in an organization, signed in and standing there.
    pub(crate) async fn member(&self, organization: &Created, role: Role, email: &str) -> TestClient {
        let user = new_user(self, email).await;
        let (user_id, organization_id) = (user.id, organization.id);
        let now = self.clock.now();
        self.app
            .write(SYSTEM, async |db| {
                users::create(db, &user, now).await?;
                memberships::add(db, &NewMembership { user_id, organization_id, role }, now).await
            })
            .await
            .expect("a member");
        let mut client = self.client();
        client.sign_in(email, PASSWORD).await.assert_status(303);
        client.home = format!("/o/{}", organization.key);
        client
    }
}

impl TestApp {
    /// A group of the scope's partner with these organizations and the people with these addresses.
    pub(crate) async fn group(&self, scope: &Scope, name: &str, inside: &[&Created], people: &[&str]) -> Uuid {
        let form = GroupForm { name: name.into(), description: String::new() };
        let ids: Vec<Uuid> = inside.iter().map(|one| one.id).collect();
        let made = self.app.write(scope, async |db| {
            let group = groups::create(db, scope, &form.parse()?).await?;
            groups::add(db, scope, group, &ids).await?;
            let assignable = groups::assignable(db, scope, group).await?;
            let wanted = assignable.iter().filter(|person| people.contains(&person.email.as_str()));
            let wanted: Vec<Uuid> = wanted.map(|person| person.membership_id).collect();
            assert_eq!(wanted.len(), people.len(), "not everybody can be assigned");
            groups::assign(db, scope, group, &wanted).await?;
            Ok(group)
        });
        made.await.expect("a group")
    }

    /// The scope's own organization as one that was created: to add members to it.
    pub(crate) fn own(scope: &Scope) -> Created {
        let here = &scope.organization;
        Created { id: here.id, key: here.key.clone(), name: here.name.clone(), already: true }
    }
}
