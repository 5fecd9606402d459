//! One page of a sorted list, walked either way from a place in it along an index (DATABASE.md, "What decides speed" 1).

use uuid::Uuid;

/// Which way a page is walked from its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// In the order of the list.
    Forward,
    /// Against it, the nearest line first.
    Backward,
}

impl Direction {
    /// The other way.
    pub fn turned(self) -> Self {
        match self {
            Self::Forward => Self::Backward,
            Self::Backward => Self::Forward,
        }
    }
}

/// A place in a list sorted by name: the lines behind or before this name and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Name in the form it is sorted by.
    pub name: String,
    /// Decides between equal names.
    pub id: Uuid,
    /// Which way the page is walked from here.
    pub direction: Direction,
}

impl Place {
    /// Where a list begins.
    pub fn start() -> Self {
        Self { name: String::new(), id: Uuid::nil(), direction: Direction::Forward }
    }

    /// Beside the line with this name and id; the start of the list where that line is gone.
    pub fn beside(line: Option<(String, Uuid)>, direction: Direction) -> Self {
        line.map_or_else(Self::start, |(name, id)| Self { name, id, direction })
    }

    /// Whether the list begins here.
    pub fn is_start(&self) -> bool {
        *self == Self::start()
    }
}

/// A page in the order of the list, and whether there is more on either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut<T> {
    /// At most as many as a page holds.
    pub rows: Vec<T>,
    /// Whether lines follow.
    pub has_next: bool,
    /// Whether lines precede.
    pub has_previous: bool,
}

impl<T> Cut<T> {
    /// Cuts a page from the rows of a walk that was asked for one more than a page holds; `first` says that the walk
    /// began where the list does.
    pub fn new(mut rows: Vec<T>, page: usize, direction: Direction, first: bool) -> Self {
        let more = rows.len() > page;
        rows.truncate(page);
        match direction {
            Direction::Forward => Self { rows, has_next: more, has_previous: !first },
            Direction::Backward => {
                rows.reverse();
                Self { rows, has_next: true, has_previous: more }
            }
        }
    }
}

/// The rows of a page, from a query that is checked in both directions and written once: a list of pieces of SQL between
/// which stand `>` or `<` for the comparison with the place, and `asc` or `desc` for the order. Forward they are what they
/// say, backward the opposite, so that either way an index is walked no further than the limit. `_` in place of a
/// direction is a query without one. Evaluates to `sqlx::Result<Vec<_>>`.
macro_rules! rows {
    ($direction:tt, $db:expr, $row:path, [$($text:tt)+] $(, $argument:expr)* $(,)?) => {
        $crate::database::paging::rows!(@turn $direction, $db, $row, [""] [""] [$($text)+] [$($argument),*])
    };
    (@turn $direction:tt, $db:expr, $row:path, [$($on:tt)*] [$($back:tt)*] [> $($rest:tt)*] $arguments:tt) => {
        $crate::database::paging::rows!(
            @turn $direction, $db, $row, [$($on)* + " > "] [$($back)* + " < "] [$($rest)*] $arguments)
    };
    (@turn $direction:tt, $db:expr, $row:path, [$($on:tt)*] [$($back:tt)*] [< $($rest:tt)*] $arguments:tt) => {
        $crate::database::paging::rows!(
            @turn $direction, $db, $row, [$($on)* + " < "] [$($back)* + " > "] [$($rest)*] $arguments)
    };
    (@turn $direction:tt, $db:expr, $row:path, [$($on:tt)*] [$($back:tt)*] [asc $($rest:tt)*] $arguments:tt) => {
        $crate::database::paging::rows!(
            @turn $direction, $db, $row, [$($on)* + " asc"] [$($back)* + " desc"] [$($rest)*] $arguments)
    };
    (@turn $direction:tt, $db:expr, $row:path, [$($on:tt)*] [$($back:tt)*] [desc $($rest:tt)*] $arguments:tt) => {
        $crate::database::paging::rows!(
            @turn $direction, $db, $row, [$($on)* + " desc"] [$($back)* + " asc"] [$($rest)*] $arguments)
    };
    (@turn $direction:tt, $db:expr, $row:path, [$($on:tt)*] [$($back:tt)*] [$text:tt $($rest:tt)*] $arguments:tt) => {
        $crate::database::paging::rows!(
            @turn $direction, $db, $row, [$($on)* + $text] [$($back)* + $text] [$($rest)*] $arguments)
    };
    (@turn _, $db:expr, $row:path, [$($on:tt)*] [$($back:tt)*] [] [$($argument:expr),*]) => {
        sqlx::query_as!($row, $($on)* $(, $argument)*).fetch_all($db).await
    };
    (@turn $direction:tt, $db:expr, $row:path, [$($on:tt)*] [$($back:tt)*] [] [$($argument:expr),*]) => {
        match $direction {
            $crate::database::paging::Direction::Forward => {
                sqlx::query_as!($row, $($on)* $(, $argument)*).fetch_all($db).await
            }
            $crate::database::paging::Direction::Backward => {
                sqlx::query_as!($row, $($back)* $(, $argument)*).fetch_all($db).await
            }
        }
    };
}
pub(crate) use rows;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_knows_what_lies_on_either_side() {
        let cut = |rows: &[u8], direction, first| Cut::new(rows.to_vec(), 2, direction, first);
        let page = |rows: &[u8], has_next, has_previous| Cut { rows: rows.to_vec(), has_next, has_previous };
        assert_eq!(cut(&[1, 2], Direction::Forward, true), page(&[1, 2], false, false));
        assert_eq!(cut(&[1, 2, 3], Direction::Forward, true), page(&[1, 2], true, false));
        assert_eq!(cut(&[3, 4], Direction::Forward, false), page(&[3, 4], false, true));
        assert_eq!(cut(&[2, 1], Direction::Backward, false), page(&[1, 2], true, false));
        assert_eq!(cut(&[5, 4, 3], Direction::Backward, false), page(&[4, 5], true, true));
    }

    #[test]
    fn a_line_that_is_gone_leads_to_the_start() {
        assert!(Place::beside(None, Direction::Backward).is_start());
        let beside = Place::beside(Some(("a".into(), Uuid::nil())), Direction::Backward);
        assert!(!beside.is_start());
        assert_eq!(beside.direction, Direction::Backward);
    }
}
