namespace Composer.Build;

/// <summary>How the product is compiled.</summary>
internal enum Configuration
{
    Debug,
    Release,
}
