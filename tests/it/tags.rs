//! Tags: a partner's own words for its organizations.

use tenantry::{roles::Role, types::AccountKind::Customer};

use crate::support::{
    TestApp,
    data::{details, new_organization, new_with},
};

#[tokio::test]
async fn a_tag_is_made_renamed_and_deleted() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let list = format!("{}/settings/tags", admin.home);
    admin.get(&list).await.assert_status(200).assert_contains("No tags yet");
    admin.post(&list, &[("name", "Priority")]).await.assert_redirect(&list);
    let page = admin.post(&list, &[("name", "pRIORITY")]).await;
    page.assert_status(422).assert_field_error("name", "A tag with this name exists. Choose another name");
    page.assert_field_value("name", "pRIORITY");
    admin.post(&list, &[("name", " ")]).await.assert_status(422);
    admin.post(&list, &[("name", "Spring")]).await.assert_redirect(&list);
    let id = id_of(&app, "Spring").await;
    let page = admin.post(&format!("{list}/{id}"), &[("name", "priority")]).await;
    page.assert_status(422).assert_contains("A tag with this name exists");
    admin.post(&format!("{list}/{id}"), &[("name", "Autumn")]).await.assert_redirect(&list);
    admin.get(&list).await.assert_contains("Autumn").assert_contains("0 organizations");
    admin.get(&format!("{list}/{id}/deletion")).await.assert_status(200).assert_contains("No organization has it");
    admin.post(&format!("{list}/{id}/deletion"), &[]).await.assert_redirect(&list);
    admin.post(&format!("{list}/{id}/deletion"), &[]).await.assert_status(404);
    assert!(!admin.get(&list).await.body.contains("Autumn"));
    let kinds: Vec<String> = sqlx::query_scalar("select kind from events where kind like 'tag.%' order by id")
        .fetch_all(&app.db)
        .await
        .unwrap();
    assert_eq!(kinds, ["tag.created", "tag.created", "tag.renamed", "tag.deleted"]);
}

async fn id_of(app: &TestApp, name: &str) -> uuid::Uuid {
    sqlx::query_scalar("select id from tags where name = $1").bind(name).fetch_one(&app.db).await.unwrap()
}

/// The tags of one organization are set from its partner, seen by the partner's people alone, and told in the partner's log.
#[tokio::test]
async fn an_organization_is_tagged_by_whoever_sees_it() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let inside = app.create(&scope, new_organization(Customer, "Inside AG")).await;
    let outside = app.create(&scope, new_with(&details(Customer, "Outside AG"))).await;
    let page = |key: &tenantry::types::OrgKey| format!("{}/organizations/{key}/tags", admin.home);
    admin.get(&page(&inside.key)).await.assert_status(200).assert_contains("Tags of");
    let form = [("new", "Priority, Renewal in spring, priority")];
    admin.post(&page(&inside.key), &form).await.assert_redirect(&format!("/o/{}", inside.key));
    assert_eq!(tags_of(&app, inside.id).await, ["Priority", "Renewal in spring"]);
    // What is not ticked goes; nothing else does.
    let priority = id_of(&app, "Priority").await.to_string();
    admin.post(&page(&inside.key), &[("tags", priority.as_str()), ("new", "")]).await.assert_status(303);
    assert_eq!(tags_of(&app, inside.id).await, ["Priority"]);
    let long = "x".repeat(50);
    let refused = admin.post(&page(&inside.key), &[("tags", priority.as_str()), ("new", long.as_str())]).await;
    refused.assert_status(422).assert_field_value("new", &long);
    refused.assert_contains("id=\"new-error\"");
    // An account manager tags the organizations of their groups and meets no other (S262).
    let manager = app.member(&TestApp::own(&scope), Role::KeyAccountManager, "lena@nordlicht.example").await;
    app.group(&scope, "North", &[&inside], &["lena@nordlicht.example"]).await;
    manager.post(&page(&inside.key), &[("tags", priority.as_str()), ("new", "Visit")]).await.assert_status(303);
    assert_eq!(tags_of(&app, inside.id).await, ["Priority", "Visit"]);
    manager.get(&page(&outside.key)).await.assert_status(404);
    manager.post(&page(&outside.key), &[("new", "Visit")]).await.assert_status(404);
    assert!(tags_of(&app, outside.id).await.is_empty());
    // The tag of another partner is none of this one's.
    let told: Vec<String> =
        sqlx::query_scalar("select organization_id::text from events where kind = 'organization.tags_set'")
            .fetch_all(&app.db)
            .await
            .unwrap();
    assert_eq!(told, vec![scope.organization.id.to_string(); 3]);
}

/// The order of the tags in the row is that of their ids, which is that in which they were made.
async fn tags_of(app: &TestApp, organization: uuid::Uuid) -> Vec<String> {
    sqlx::query_scalar(
        "select t.name from organizations o join tags t on t.id = any (o.tag_ids) where o.id = $1 order by t.sort_name",
    )
    .bind(organization)
    .fetch_all(&app.db)
    .await
    .unwrap()
}

/// One statement for all, and only those that change are told; the copies in the rows stay true when a name changes, an
/// organization is archived, and the tag goes.
#[tokio::test]
async fn many_are_tagged_at_once_and_the_copies_stay_true() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let first = app.create(&scope, new_organization(Customer, "First AG")).await;
    let second = app.create(&scope, new_with(&details(Customer, "Second AG"))).await;
    let name = tenantry::types::TagName::parse("Spring").expect("a name");
    let (added, again) = app
        .app
        .write(&scope, async |db| {
            let tag = tenantry::tags::find_or_create(db, &scope, &name).await?;
            let some = tenantry::tags::add(db, &scope, tag, &[first.id]).await?;
            let rest = tenantry::tags::add(db, &scope, tag, &[first.id, second.id, uuid::Uuid::now_v7()]).await?;
            Ok((some, rest))
        })
        .await
        .unwrap();
    assert_eq!((added.ids, again.ids), (vec![first.id], vec![second.id]));
    sqlx::query("update organizations set name = 'Zweite AG', status = 'archived' where id = $1")
        .bind(second.id)
        .execute(&app.db)
        .await
        .unwrap();
    let carried: (String, bool) =
        sqlx::query_as("select sort_name, archived from organization_tags where organization_id = $1")
            .bind(second.id)
            .fetch_one(&app.db)
            .await
            .unwrap();
    assert_eq!(carried, ("zweite ag".to_owned(), true));
    let tag = id_of(&app, "Spring").await;
    let removed =
        app.app.write(&scope, async |db| tenantry::tags::remove(db, &scope, tag, &[second.id]).await).await.unwrap();
    assert_eq!(removed.ids, [second.id]);
    assert!(tags_of(&app, second.id).await.is_empty());
    app.app.write(&scope, async |db| tenantry::tags::delete(db, &scope, tag).await).await.unwrap();
    let left: Vec<uuid::Uuid> = sqlx::query_scalar("select tag_ids from organizations where id = $1")
        .bind(first.id)
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert!(left.is_empty());
}
