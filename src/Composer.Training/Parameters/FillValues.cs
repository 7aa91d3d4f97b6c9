namespace Composer.Training.Parameters;

/// <summary>Writes the next values of a tensor.</summary>
internal delegate void FillValues(Span<float> values);
