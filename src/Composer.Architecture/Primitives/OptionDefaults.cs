namespace Composer.Architecture.Primitives;

/// <summary>Which of its two defaults an option takes where no value is given. Values are only ever appended.</summary>
public enum OptionDefaults
{
    /// <summary>Those of a model that is trained for use.</summary>
    AtSize = 0,

    /// <summary>Those of the small candidates of a search.</summary>
    InSearch = 1,
}
