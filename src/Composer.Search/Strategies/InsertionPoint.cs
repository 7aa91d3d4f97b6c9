namespace Composer.Search.Strategies;

/// <summary>Where an incremental search puts new layers.</summary>
public enum InsertionPoint
{
    /// <summary>After the layers that are fixed.</summary>
    End = 0,

    /// <summary>Between the first ⌈L/2⌉ of the L layers that are fixed and the others.</summary>
    Middle = 1,
}
