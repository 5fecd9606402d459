//! What a person does on a page: type, choose, press, tab.

use thirtyfour::{
    error::{WebDriverResult, no_such_element},
    prelude::*,
};
use tokio::time::{Instant, sleep};

use super::{Browser, PATIENCE, PAUSE};

impl Browser {
    /// The value a form field holds.
    pub(crate) async fn value(&self, name: &str) -> String {
        let css = field(name);
        let value = self.patiently(&css, async |session| session.find(By::Css(&css)).await?.prop("value").await);
        value.await.unwrap_or_default()
    }

    /// Types over what is in a text field. It is selected, not cleared: a driver's "clear" leaves the field as well,
    /// which nobody does who is about to type.
    pub(crate) async fn fill(&self, name: &str, text: &str) {
        let css = field(name);
        let typed = self.patiently(&css, async |session| {
            let field = session.find(By::Css(&css)).await?;
            field.send_keys(Key::Control + "a").await?;
            if text.is_empty() { field.send_keys(Key::Backspace + "").await } else { field.send_keys(text).await }
        });
        typed.await;
    }

    /// Chooses an option of a list, a radio button or a check-box by its value.
    pub(crate) async fn choose(&self, name: &str, value: &str) {
        let css = format!("select[name='{name}'] option[value='{value}'], input[name='{name}'][value='{value}']");
        let chosen = self.patiently(&css, async |session| {
            let option = session.find(By::Css(&css)).await?;
            if option.is_selected().await? { Ok(()) } else { click(session, &option).await }
        });
        chosen.await;
    }

    /// Presses the button or follows the link that carries these words.
    pub(crate) async fn press(&self, words: &str) {
        let path = format!(
            "//main//*[self::button or self::a or self::summary][not(@aria-hidden) and normalize-space()='{words}'] | \
             //*[self::button or self::a][not(@aria-hidden) and normalize-space()='{words}']"
        );
        let pressed = self.patiently(words, async |session| {
            for found in session.find_all(By::XPath(&path)).await? {
                if found.is_displayed().await? {
                    return click(session, &found).await;
                }
            }
            Err(no_such_element(format!("nothing says {words:?}")))
        });
        pressed.await;
    }

    /// Presses what leads to another page, or to this one anew, and waits for that page.
    pub(crate) async fn leave_by(&self, words: &str) {
        let present = self.find("html").await;
        self.press(words).await;
        self.left(present).await;
    }

    /// Waits until a page, told by its root element, has given way to another.
    pub(crate) async fn left(&self, page: WebElement) {
        let deadline = Instant::now() + PATIENCE;
        while page.tag_name().await.is_ok() {
            assert!(Instant::now() < deadline, "the page stays\n{}", self.whereabouts().await);
            sleep(PAUSE).await;
        }
        self.find("h1").await;
    }

    /// Goes to a field as somebody without a mouse must, and types over what it holds.
    pub(crate) async fn type_into(&self, name: &str, text: &str) {
        self.tab_to(name).await;
        self.keys(text).await;
    }

    /// Goes to a button or a link and presses Enter.
    pub(crate) async fn enter(&self, words: &str) {
        self.tab_to(words).await;
        self.keys(Key::Enter).await;
    }

    /// Types into whatever has the focus.
    pub(crate) async fn keys(&self, text: impl Into<TypingData>) {
        let focused = self.driver.session.active_element().await.expect("something has the focus");
        focused.send_keys(text).await.expect("typing");
    }

    /// Tab on the keyboard itself: a field for files takes the path of a file and no keys.
    pub(crate) async fn tab(&self) {
        self.driver.session.action_chain().send_keys(Key::Tab).perform().await.expect("a key");
    }

    /// The `name` of the field, or the words of the link or button, that has the focus.
    pub(crate) async fn focus(&self) -> String {
        let named = self.patiently("focus", async |session| {
            let focused = session.active_element().await?;
            match focused.attr("name").await? {
                Some(name) => Ok(name),
                None => focused.text().await,
            }
        });
        named.await
    }

    /// Tabs on until the field or button is reached, as somebody without a mouse must.
    pub(crate) async fn tab_to(&self, wanted: &str) {
        for _ in 0..120 {
            let focus = self.focus().await;
            if focus == wanted || focus.lines().next() == Some(wanted) {
                return;
            }
            self.keys(Key::Tab).await;
        }
        panic!("the keyboard does not reach {wanted:?}\n{}", self.whereabouts().await);
    }
}

fn field(name: &str) -> String {
    format!("[name='{name}']")
}

/// Clicks what stands still. A person waits for a page that is settling; a driver aims, and clicks where the button was.
async fn click(session: &WebDriver, element: &WebElement) -> WebDriverResult<()> {
    let deadline = Instant::now() + PATIENCE;
    let mut before = element.rect().await?;
    loop {
        sleep(PAUSE).await;
        let now = element.rect().await?;
        let still = (now.x, now.y) == (before.x, before.y);
        if (still && !is_saving(session).await?) || Instant::now() > deadline {
            return element.click().await;
        }
        before = now;
    }
}

/// A draft on its way to the server comes back with messages, and those move what stands beneath.
async fn is_saving(session: &WebDriver) -> WebDriverResult<bool> {
    match session.find_all(By::Css("[data-saved]")).await?.first() {
        Some(status) => Ok(status.text().await? == "Saving"),
        None => Ok(false),
    }
}
