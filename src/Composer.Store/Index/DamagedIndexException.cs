namespace Composer.Store.Index;

/// <summary>The index is no database any more, or one whose pages contradict each other.</summary>
internal sealed class DamagedIndexException(string path, Exception? cause = null) : IOException(
    $"The index {path} is damaged. End all runs on this store, then run 'composer store verify --rebuild': it is built again from the "
    + $"records.",
    cause);
