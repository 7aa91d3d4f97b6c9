namespace Composer.Core.Settings;

/// <summary>A <see cref="ValueMap{T}"/> of whatever type.</summary>
public interface IValueMap
{
    /// <summary>Key and value, in ordinal order of the keys.</summary>
    IEnumerable<(string Key, object Value)> Entries { get; }
}
