//! What can happen, with the words for it.

/// What can happen. The text is stored and later delivered; it never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// The installation was set up: the operator exists.
    InstallationSetUp,
    /// An organization was created.
    OrganizationCreated,
    /// Its details were changed.
    OrganizationEdited,
    /// It was suspended (T-12).
    OrganizationSuspended,
    /// It works again.
    OrganizationResumed,
    /// It was archived, and is purged on the day named.
    OrganizationArchived,
    /// It was taken out of the archive (N14).
    OrganizationRestored,
    /// It stands beneath another partner (N10).
    OrganizationTransferred,
    /// An organization directly beneath was removed for good.
    OrganizationPurged,
    /// A partner was asked to take an organization.
    TransferRequested,
    /// It said no.
    TransferDeclined,
    /// The question was taken back.
    TransferWithdrawn,
    /// An organization went from one partner to the other.
    TransferDone,
    /// It went back.
    TransferReversed,
    /// A subscription was added.
    SubscriptionCreated,
    /// The billing address was changed.
    BillingEdited,
    /// Prices or the support contact of a partner were changed.
    SettingsEdited,
    /// Instructions to choose a password were sent to a user.
    PasswordInstructionsSent,
    /// A user signed in for the first time.
    UserSignedInFirst,
    /// A user chose or changed the password.
    PasswordSet,
    /// A group was created.
    GroupCreated,
    /// Its name or description was changed.
    GroupEdited,
    /// It was archived: it gives nobody access any more.
    GroupArchived,
    /// It was taken out of the archive.
    GroupRestored,
    /// Organizations were put into a group: one event a change, with how many.
    GroupOrganizationsAdded,
    /// Organizations were taken out of a group.
    GroupOrganizationsRemoved,
    /// People were assigned to a group.
    GroupPeopleAdded,
    /// People were taken off a group.
    GroupPeopleRemoved,
    /// Somebody who may assign one group asked for more (S265).
    GroupRequestCreated,
    /// The request was answered.
    GroupRequestAnswered,
    /// A user set up a second factor.
    FactorAdded,
    /// A user removed the second factor.
    FactorRemoved,
    /// A user made new recovery codes.
    RecoveryCodesMade,
    /// A user proved themselves by a recovery code.
    RecoveryCodeUsed,
    /// The roles that need a second factor were changed.
    SignInRulesEdited,
    /// Somebody of a partner came in for support (N9).
    SupportVisitStarted,
    /// A support visit was ended before its time.
    SupportVisitEnded,
    /// Somebody was invited into the organization.
    UserInvited,
    /// An open invitation was sent again, with a new link.
    UserInvitedAgain,
    /// An open invitation was taken back.
    InvitationRevoked,
    /// Somebody accepted an invitation.
    UserJoined,
    /// A member was given another role.
    UserRoleChanged,
    /// A member was suspended.
    UserSuspended,
    /// A suspended member was let in again.
    UserResumed,
    /// A member was removed.
    UserRemoved,
    /// Every session of a member was ended.
    UserSignedOut,
    /// A custom role was made.
    CustomRoleCreated,
    /// A custom role was changed.
    CustomRoleEdited,
    /// A custom role was deleted.
    CustomRoleDeleted,
    /// A tag was made.
    TagCreated,
    /// A tag was renamed.
    TagRenamed,
    /// A tag was deleted, and so taken off every organization.
    TagDeleted,
    /// Organizations were tagged: one event a change, with how many.
    OrganizationsTagged,
    /// A tag was taken off organizations.
    OrganizationsUntagged,
    /// The tags of one organization were changed.
    OrganizationTagsSet,
    /// A custom field was made.
    CustomFieldCreated,
    /// A custom field was changed.
    CustomFieldEdited,
    /// A custom field was archived: its values stay, and it is no longer asked for.
    CustomFieldArchived,
    /// A custom field was taken out of the archive.
    CustomFieldRestored,
    /// The audit log was taken away as CSV.
    AuditLogExported,
    /// Organizations were taken away as a file.
    OrganizationsExported,
    /// A file of organizations is being imported.
    ImportStarted,
    /// Every row of an import has its fate.
    ImportDone,
    /// Somebody ended an import before its end.
    ImportCancelled,
    /// An import could not go on.
    ImportStopped,
    /// An import was taken back (N1).
    ImportUndone,
    /// Somebody tried to change what their rights do not let them change.
    ChangeRefused,
}

/// Every kind with its stored text and the words between the person and the thing.
const KINDS: &[(EventKind, &str, &str)] = &[
    (EventKind::InstallationSetUp, "installation.set_up", "set up this portal for"),
    (EventKind::OrganizationCreated, "organization.created", "created"),
    (EventKind::OrganizationEdited, "organization.edited", "changed the details of"),
    (EventKind::OrganizationSuspended, "organization.suspended", "suspended"),
    (EventKind::OrganizationResumed, "organization.resumed", "resumed"),
    (EventKind::OrganizationArchived, "organization.archived", "archived"),
    (EventKind::OrganizationRestored, "organization.restored", "restored"),
    (EventKind::OrganizationPurged, "organization.purged", "purged for good"),
    (EventKind::OrganizationTransferred, "organization.transferred", "transferred"),
    (EventKind::TransferRequested, "transfer.requested", "asked for the transfer of"),
    (EventKind::TransferDeclined, "transfer.declined", "declined the transfer of"),
    (EventKind::TransferWithdrawn, "transfer.withdrawn", "withdrew the transfer of"),
    (EventKind::TransferDone, "transfer.done", "transferred"),
    (EventKind::TransferReversed, "transfer.reversed", "took back the transfer of"),
    (EventKind::SubscriptionCreated, "subscription.created", "added the subscription"),
    (EventKind::BillingEdited, "billing.edited", "changed the billing address of"),
    (EventKind::SettingsEdited, "settings.edited", "changed the settings of"),
    (EventKind::PasswordInstructionsSent, "user.password_instructions_sent", "sent password instructions to"),
    (EventKind::UserSignedInFirst, "user.signed_in_first", "signed in for the first time"),
    (EventKind::PasswordSet, "user.password_set", "chose a password"),
    (EventKind::GroupCreated, "group.created", "created the group"),
    (EventKind::GroupEdited, "group.edited", "changed the group"),
    (EventKind::GroupArchived, "group.archived", "archived the group"),
    (EventKind::GroupRestored, "group.restored", "restored the group"),
    (EventKind::GroupOrganizationsAdded, "group.organizations_added", "added organizations to the group"),
    (EventKind::GroupOrganizationsRemoved, "group.organizations_removed", "removed organizations from the group"),
    (EventKind::GroupPeopleAdded, "group.people_added", "assigned people to the group"),
    (EventKind::GroupPeopleRemoved, "group.people_removed", "took people off the group"),
    (EventKind::GroupRequestCreated, "group.request_created", "asked for more groups"),
    (EventKind::GroupRequestAnswered, "group.request_answered", "answered the request of"),
    (EventKind::FactorAdded, "user.factor_added", "set up a second factor"),
    (EventKind::FactorRemoved, "user.factor_removed", "removed the second factor"),
    (EventKind::RecoveryCodesMade, "user.recovery_codes_made", "made new recovery codes"),
    (EventKind::RecoveryCodeUsed, "user.recovery_code_used", "used a recovery code"),
    (EventKind::SignInRulesEdited, "sign_in_rules.edited", "changed the sign-in rules of"),
    (EventKind::SupportVisitStarted, "support_visit.started", "came in for support:"),
    (EventKind::SupportVisitEnded, "support_visit.ended", "ended the support visit of"),
    (EventKind::UserInvited, "user.invited", "invited"),
    (EventKind::UserInvitedAgain, "user.invited_again", "sent the invitation again to"),
    (EventKind::InvitationRevoked, "user.invitation_revoked", "took back the invitation of"),
    (EventKind::UserJoined, "user.joined", "joined"),
    (EventKind::UserRoleChanged, "user.role_changed", "changed the role of"),
    (EventKind::UserSuspended, "user.suspended", "suspended"),
    (EventKind::UserResumed, "user.resumed", "let in again"),
    (EventKind::UserRemoved, "user.removed", "removed"),
    (EventKind::UserSignedOut, "user.signed_out", "signed out everywhere"),
    (EventKind::CustomRoleCreated, "role.created", "made the role"),
    (EventKind::CustomRoleEdited, "role.edited", "changed the role"),
    (EventKind::CustomRoleDeleted, "role.deleted", "deleted the role"),
    (EventKind::TagCreated, "tag.created", "made the tag"),
    (EventKind::TagRenamed, "tag.renamed", "renamed the tag"),
    (EventKind::TagDeleted, "tag.deleted", "deleted the tag"),
    (EventKind::OrganizationsTagged, "tag.organizations_added", "tagged organizations with"),
    (EventKind::OrganizationsUntagged, "tag.organizations_removed", "took from organizations the tag"),
    (EventKind::OrganizationTagsSet, "organization.tags_set", "changed the tags of"),
    (EventKind::CustomFieldCreated, "custom_field.created", "made the field"),
    (EventKind::CustomFieldEdited, "custom_field.edited", "changed the field"),
    (EventKind::CustomFieldArchived, "custom_field.archived", "archived the field"),
    (EventKind::CustomFieldRestored, "custom_field.restored", "restored the field"),
    (EventKind::AuditLogExported, "audit_log.exported", "exported the audit log of"),
    (EventKind::OrganizationsExported, "organizations.exported", "exported organizations of"),
    (EventKind::ImportStarted, "import.started", "began to import"),
    (EventKind::ImportDone, "import.done", "finished the import of"),
    (EventKind::ImportCancelled, "import.cancelled", "cancelled the import of"),
    (EventKind::ImportStopped, "import.stopped", "could not finish the import of"),
    (EventKind::ImportUndone, "import.undone", "took back the import of"),
    (EventKind::ChangeRefused, "change.refused", "was refused:"),
];

impl EventKind {
    /// The stored text: "organization.created".
    pub fn as_str(self) -> &'static str {
        self.row().1
    }

    /// The words of a feed after the person; the object follows: "created".
    pub fn sentence(self) -> &'static str {
        self.row().2
    }

    /// Whether the object of the sentence is the organization itself, not something in it.
    pub fn is_about_organization(self) -> bool {
        matches!(
            self,
            Self::InstallationSetUp
                | Self::OrganizationCreated
                | Self::OrganizationEdited
                | Self::OrganizationSuspended
                | Self::OrganizationResumed
                | Self::OrganizationArchived
                | Self::OrganizationRestored
                | Self::OrganizationTransferred
                | Self::BillingEdited
                | Self::SettingsEdited
                | Self::SignInRulesEdited
                | Self::UserJoined
                | Self::AuditLogExported
                | Self::OrganizationsExported
        )
    }

    /// The kind with this stored text.
    pub fn from_name(name: &str) -> Option<Self> {
        KINDS.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// Every kind, for a list to choose from.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|row| row.0)
    }

    /// The kind as an entry of such a list: "Organization created".
    pub fn label(self) -> String {
        let words = self.as_str().replace(['.', '_'], " ");
        let mut letters = words.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }

    fn row(self) -> &'static (Self, &'static str, &'static str) {
        KINDS.iter().find(|row| row.0 == self).unwrap_or(&KINDS[0])
    }
}

#[cfg(test)]
mod tests {
    use super::{EventKind, KINDS};

    #[test]
    fn every_kind_has_one_row_and_is_found_by_its_text() {
        for &(kind, text, words) in KINDS {
            assert_eq!((kind.as_str(), kind.sentence()), (text, words));
            assert_eq!(EventKind::from_name(text), Some(kind));
        }
    }
}
