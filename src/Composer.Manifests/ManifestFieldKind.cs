namespace Composer.Manifests;

/// <summary>The type of a field's value. Values are only ever appended: they enter keys.</summary>
public enum ManifestFieldKind
{
    /// <summary>Not given, and without a default.</summary>
    Absent = 0,
    Text = 1,
    Integer = 2,
    Number = 3,
    Boolean = 4,
    TextList = 5,
    IntegerList = 6,
    NumberList = 7,
}
