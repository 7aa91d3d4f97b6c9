namespace Composer.Agents.Checkup;

/// <summary>Whether what was looked at will do. Values are only ever appended.</summary>
public enum FindingState
{
    /// <summary>It will.</summary>
    Fine = 0,

    /// <summary>It will, but is worth knowing.</summary>
    Note = 1,

    /// <summary>It will not.</summary>
    Lack = 2,
}
