//! The icons of the portal: Tabler icons (MIT), outline unless the name ends in `-filled`.
//!
//! Their shapes are symbols of `static/icons.svg`, one file a browser keeps for ever: in each page they weighed more than
//! half of the lines of a list. `templates/icons.html` refers to them.

/// Whether the icon is drawn as a filled form (result marks) instead of an outline.
pub(crate) fn is_filled(name: &str) -> bool {
    name.ends_with("-filled")
}

#[cfg(test)]
mod tests {
    const SPRITE: &str = include_str!("../../static/icons.svg");

    fn names() -> Vec<&'static str> {
        SPRITE.split("<symbol id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    #[test]
    fn the_names_are_sorted_and_unique() {
        assert!(names().len() > 50 && names().is_sorted_by(|before, after| before < after));
    }

    #[test]
    fn every_icon_a_template_names_exists() {
        let names = names();
        let mut seen = 0;
        crate::web::assets::tests::each_template(&mut |path, text| {
            for rest in text.split("icon(\"").skip(1) {
                let name = rest.split('"').next().unwrap_or_default();
                assert!(names.contains(&name), "{path} names the icon {name}, which does not exist");
                seen += 1;
            }
        });
        assert!(seen > 5, "only {seen} icons found: the search looks in the wrong place");
    }
}
