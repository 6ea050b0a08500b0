//! Types of values that a column holds as numbers. The numbers never change.

/// Declares enumerations with the number that a column holds for each variant. Reading a number
/// that no variant has is an error, so that nobody takes an unknown value for a known one.
macro_rules! number_column {
    ($( $(#[$note:meta])* $name:ident {
        $( $(#[$variant_note:meta])* $variant:ident = $number:literal ),+ $(,)?
    } )+) => { $(
        $(#[$note])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $( $(#[$variant_note])* $variant = $number ),+
        }

        impl $name {
            pub fn number(self) -> i64 {
                self as i64
            }

            pub fn from_number(number: i64) -> Option<$name> {
                match number {
                    $( $number => Some($name::$variant), )+
                    _ => None,
                }
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.number().into())
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<$name> {
                let number = value.as_i64()?;
                $name::from_number(number).ok_or(rusqlite::types::FromSqlError::OutOfRange(number))
            }
        }
    )+ };
}

pub(super) use number_column;

#[cfg(test)]
mod tests {
    use crate::store::users::AccountStatus;
    use rusqlite::Connection;

    #[test]
    fn a_column_gives_back_what_it_was_given_and_refuses_other_numbers() {
        let connection = Connection::open_in_memory().unwrap();
        for number in 0..4 {
            let status = AccountStatus::from_number(number).unwrap();
            let (held, read) = connection
                .query_row("SELECT ?1 + 0, ?1", [status], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, AccountStatus>(1)?))
                })
                .unwrap();
            assert_eq!((held, read), (number, status));
        }
        for other in ["-1", "4", "1.0", "'1'", "NULL"] {
            let read =
                connection.query_row(&format!("SELECT {other}"), [], |row| row.get::<_, AccountStatus>(0));
            assert!(read.is_err(), "{other}: {read:?}");
        }
    }
}
