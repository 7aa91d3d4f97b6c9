namespace Composer.Core.Settings;

/// <summary>A rule of a section that its values break. Whoever knows the file makes a diagnostic of it.</summary>
/// <param name="Code">One of <see cref="Diagnostics.DiagnosticCodes"/>.</param>
/// <param name="Message">What is wrong, one sentence that names keys without their section.</param>
/// <param name="Remedy">How to mend it, one sentence, or null.</param>
/// <param name="Keys">The key that it concerns, then the others that have a part in it; in the section, dotted.</param>
public sealed record SettingMistake(string Code, string Message, string? Remedy, params ValueList<string> Keys);
