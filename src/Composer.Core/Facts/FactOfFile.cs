namespace Composer.Core.Facts;

/// <summary>Finds out something about a file's content, or knows it from the last time that the file had this content.</summary>
/// <param name="path">The file.</param>
/// <param name="fact">What is asked, with a version of how it is found: <c>documents JsonLines 1</c>.</param>
/// <param name="find">Finds it; what it throws is thrown, and nothing is remembered.</param>
public delegate string FactOfFile(string path, string fact, Func<string> find);
