namespace Composer.Mad.Samples;

/// <summary>What a sample is for: recall tasks ask for every next token in training and for answers in the test.</summary>
public enum SampleKind
{
    Training = 0,
    Test = 1,
}
