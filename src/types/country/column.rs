//! A column of two letters holds a country.

use sqlx::{Database, Decode, Encode, Type, encode::IsNull, error::BoxDynError};

use super::Country;

impl<DB: Database> Type<DB> for Country
where
    str: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <str as Type<DB>>::type_info()
    }

    fn compatible(ty: &DB::TypeInfo) -> bool {
        <str as Type<DB>>::compatible(ty)
    }
}

impl<'r, DB: Database> Decode<'r, DB> for Country
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let code = <&str as Decode<DB>>::decode(value)?;
        Ok(Self::parse(code.trim_end())?) // a char(2) column may be padded
    }
}

impl<'q, DB: Database> Encode<'q, DB> for Country
where
    &'q str: Encode<'q, DB>,
{
    fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <&str as Encode<'q, DB>>::encode_by_ref(&self.alpha2(), buffer)
    }
}
